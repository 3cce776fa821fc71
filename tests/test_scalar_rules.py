"""The dtype rules for numbers are Numba's own, dtype by dtype: what Numba's typing says of each operation on each pair."""

import math
import operator
import subprocess

import numpy as np
import pytest

from conftest import ROOT

numba = pytest.importorskip("numba")
from numba import types  # noqa: E402
from numba.core.registry import cpu_target  # noqa: E402

DTYPES = {
    "b1": types.boolean,
    "i1": types.int8, "u1": types.uint8, "i2": types.int16, "u2": types.uint16,
    "i4": types.int32, "u4": types.uint32, "i8": types.int64, "u8": types.uint64,
    "f4": types.float32, "f8": types.float64,
}  # fmt: skip
SHORT = {numba_type: name for name, numba_type in DTYPES.items()}
FUNCTIONS = {"max": max, "abs": abs, "atan2": math.atan2, "sqrt": math.sqrt, "floor": math.floor, "isnan": math.isnan}

# Where Nearfield does otherwise on purpose.
DIFFERENT = {
    ("pow", "b1", "i4"): "Numba finds float32, the neighbours of this cell are int64",
    ("range", "f4"): "Numba truncates the bound, Python refuses it",
    ("range", "f8"): "Numba truncates the bound, Python refuses it",
}


@pytest.fixture(scope="module")
def tables(build_dir):
    """{name: {(a, b): result}} or {name: {(a,): result}} as nf-golden prints them."""
    file = ROOT / "tests/golden/types/scalar_rules.py"
    text = subprocess.run([build_dir / "tests/nf-golden", file], capture_output=True, text=True, check=True).stdout
    found, name = {}, None
    for line in text.splitlines():
        words = line.split()
        if len(words) == 1:
            name = words[0]
            found[name] = {}
        elif line.startswith("  "):
            found[name].update({(words[0], b): word for b, word in zip(DTYPES, words[1:], strict=True)})
        else:
            found[words[0]] = {(a,): word for a, word in zip(DTYPES, words[1:], strict=True)}
    return found


def numba_result(name, operands):
    context = cpu_target.typing_context
    numba_types = [DTYPES[a] for a in operands]
    if name == "unify":
        return SHORT[context.unify_types(*numba_types)]
    if name == "sum":
        function, numba_types = np.sum, [types.Array(numba_types[0], 1, "C")]
    elif name == "range":
        function = range
    elif name.startswith("np."):
        function = getattr(np, name[3:])
    else:
        function = FUNCTIONS.get(name) or getattr(operator, name)
    try:
        signature = context.resolve_function_type(function, tuple(numba_types), {})
    except numba.TypingError:
        return "--"
    if name == "range":
        return SHORT[signature.return_type.dtype]
    return SHORT[signature.return_type]


def test_every_rule_is_numbas(tables):
    cpu_target.target_context.refresh()
    cpu_target.typing_context.refresh()
    assert len(tables) >= 29, "tables are missing"
    wrong = []
    for name, table in tables.items():
        for operands, ours in table.items():
            theirs = numba_result(name, operands)
            if ours != theirs and (name, *operands) not in DIFFERENT:
                wrong.append(f"{name} of {', '.join(operands)}: {ours}, Numba has {theirs}")
    assert not wrong, "\n".join(wrong)
