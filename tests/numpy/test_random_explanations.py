"""Any kernel can be explained: random stencils, of which no two have the same reasons to run as they do."""

import random

import pytest
from arrays import DTYPES
from random_stencils import RandomStencil

import nearfield as nf


@pytest.mark.parametrize("seed", range(40))
def test_random_stencils_are_explained(seed):
    draw = random.Random(seed)
    rank = draw.choice([1, 2, 3])
    arrays, numbers = [draw.choice(DTYPES) for _ in range(draw.choice([1, 2]))], [draw.choice(DTYPES) for _ in range(draw.choice([0, 1]))]
    stencil = RandomStencil(draw, rank, arrays, numbers)
    kernel = nf.stencil(stencil.function(), source=stencil.text, mode=draw.choice(["constant", "reflect", "valid"]))
    types = [f"{dtype}[{', '.join(':' * rank)}]" for dtype in arrays] + [str(dtype) for dtype in numbers]
    explanation = kernel.explain(*types)
    data = explanation.to_dict()
    assert data["rank"] == rank and data["footprint"] == [list(pair) for pair in zip(stencil.low, stencil.high)], stencil.text
    code = data["code"]
    if code["form"] == "vectors":
        assert code["machine_instructions"] > 0 and 0 < code["registers"] <= 32, stencil.text
        assert data["point"]["bytes_stored"] == pytest.approx(data["point"]["bytes_out"])
    else:
        assert code["why_not"] and code["line"], stencil.text
        assert any("line" in hint for hint in data["hints"]), stencil.text
    lines = str(explanation).splitlines()
    assert all(len(line) <= 100 or " | " in line for line in lines), stencil.text
    assert data["hints"] or data["verdict"]
