"""The two strengths of a stencil's code: which one a call gets, that both give the same bits, and the change under threads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NUMPY_TESTS = Path(__file__).resolve().parent.parent / "numpy"

START = """
import json, sys, threading
import numpy as np
import nearfield as nf
from nearfield import _core

MEAN = "def smooth(x):\\n    return (" + " + ".join(f"x[{i}, {j}]" for i in (-1, 0, 1) for j in (-1, 0, 1)) + ") // 9\\n"

def mean():
    scope = {}
    exec(MEAN, scope)
    return nf.stencil(scope["smooth"], source=MEAN)

def phases(kernel):
    return [name for name, _ in _core.timings(kernel)]

def image(side):
    return np.random.default_rng(1).integers(-128, 128, (side, side), np.int8)
"""

RANDOM = """
import hashlib, random
sys.path.insert(0, sys.argv[1])
from arrays import DTYPES
from random_stencils import RandomStencil
from test_random_stencils import drawn_shape, values

seen = []
for seed in range(int(sys.argv[2])):
    draw = random.Random(seed)
    rank = draw.choice([1, 2, 2, 3])
    dtypes = [draw.choice(DTYPES) for _ in range(draw.choice([1, 1, 2]))]
    stencil = RandomStencil(draw, rank, dtypes)
    kernel = nf.stencil(stencil.function(), source=stencil.text)
    shape = tuple(side + 4 for side in drawn_shape(draw, rank))
    result = kernel(*[values(draw, dtype, shape) for dtype in dtypes])
    if result.dtype.kind == "f":
        result[np.isnan(result)] = np.nan  # which of two nans an addition passes on is nobody's promise
    seen.append((phases(kernel)[-3], hashlib.sha256(result.tobytes()).hexdigest()))
print(json.dumps(seen))
"""


@pytest.fixture
def python(tmp_path):
    """Runs a program in a process of its own, with an empty cache, and gives what it prints as JSON."""

    def run(text, *args, tier=None, cache="cache"):
        env = {k: v for k, v in os.environ.items() if k != "NEARFIELD_TIER"} | {"NEARFIELD_CACHE_DIR": str(tmp_path / cache)}
        if tier:
            env["NEARFIELD_TIER"] = tier
        done = subprocess.run([sys.executable, "-c", START + text, *map(str, args)], env=env, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.mark.timeout(1800)
def test_both_give_the_same_bits(python, long):
    count = 400 if long else 60
    fast = python(RANDOM, NUMPY_TESTS, count, tier="fast", cache="fast")
    full = python(RANDOM, NUMPY_TESTS, count, tier="full", cache="full")
    assert [digest for _, digest in fast] == [digest for _, digest in full]
    assert {phase for phase, _ in full} == {"codegen"}
    # The others have loops or branches that stay: they have no fast form.
    assert sum(phase == "fast codegen" for phase, _ in fast) > count / 2


def test_small_calls_begin_with_fast_code_and_large_ones_with_full_code(python):
    small, large = python("""
small, large = mean(), mean()
small(image(100))
large(image(8192), out=np.zeros((8192, 8192), np.int8))
print(json.dumps([phases(small), phases(large)]))
""")
    assert "fast codegen" in small and "codegen" not in small and "tier" not in small
    assert "codegen" in large and "fast codegen" not in large


def test_threads_change_to_full_code_once(python):
    before, after, wrong, again = python("""
kernel, x = mean(), image(300)
expected = kernel(x)
before = phases(kernel)
wrong = []

def call():
    out = np.zeros_like(expected)
    for _ in range(400):
        kernel(x, out=out)
        if not np.array_equal(out, expected):
            wrong.append(1)

threads = [threading.Thread(target=call) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
# The same stencil in this process again: its full code comes from the disk cache.
again = mean()
again(x)
print(json.dumps([before, phases(kernel), len(wrong), phases(again)]))
""")
    assert "fast codegen" in before and "tier" not in before
    assert after.count("tier") == 1 and wrong == 0
    assert again[-2:] == ["cache", "link"]


def test_a_large_call_of_fast_code_changes_it_at_once(python):
    assert python("""
kernel = mean()
kernel(image(64), out=np.zeros((64, 64), np.int8))
x, out = image(8192), np.zeros((8192, 8192), np.int8)
kernel(x, out=out)
print(json.dumps(phases(kernel)))
""").count("tier") == 1


def test_the_cache_keeps_both(python):
    program = """
kernel = mean()
kernel(image(50))
print(json.dumps([phases(kernel), nf.cache_info()["stored"], nf.cache_info()["hits"]]))
"""
    assert python(program, tier="fast")[1:] == [1, 0]
    phases, stored, hits = python(program)
    assert (phases[-2:], stored, hits) == (["cache", "link"], 0, 1)  # the fast code is there
    assert python(program, tier="full")[1:] == [1, 0]
    assert python(program)[1:] == [0, 1]
    assert python(program, tier="fast")[1:] == [0, 1]


def test_a_tier_that_does_not_exist_is_named(command, tmp_path):
    (tmp_path / "k.py").write_text("def shift(x):\n    return x[0, -1]\n")
    env = os.environ | {"NEARFIELD_TIER": "fastest", "NEARFIELD_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run([command, "emit", "k.py", "--timings"], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == (
        "error: NEARFIELD_TIER is `fastest`\n  it may be `fast` or `full`; without it each kernel gets what suits its calls\n"
    )
