"""Functions that apply stencils and whole-array operators one after the other run as one chain: the same arrays as stage by
stage, at every border and tile edge, without an array for what lies between the stages."""

import importlib.util
import itertools
import os
import subprocess
import sys

import numpy as np
import pytest

import nearfield as nf

MODES = ["constant", "nearest", "reflect", "mirror", "wrap", "valid"]
# Smaller than a footprint, than one step, than a block of rows; around the widths of one and two tiles.
SHAPES = [(1, 1), (2, 3), (5, 4), (1, 70), (17, 66), (16, 520), (33, 1023), (20, 1100), (7, 2200), (150, 90), (0, 5), (4, 0)]
STENCILS = """
import nearfield as nf
import numpy as np

@nf.stencil(mode={mode!r})
def mean(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9

@nf.stencil(mode={mode!r}, cval=3)
def far(x):
    return x[-2, 0] * 3 + x[1, 3] - x[0, -1]

@nf.stencil(mode={mode!r})
def above(x):
    a = min(x[-8, -1], x[-8, 0], x[-8, 1])
    b = min(x[-7, -1], x[-7, 0], x[-7, 1])
    return min(a, b, min(x[-6, -1], x[-6, 0], x[-6, 1]))

@nf.stencil(mode={mode!r})
def across(x, y):
    return x[0, 1] - y[0, -2] * 2

@nf.stencil
def point(x):
    return x[0, 0] * 5 - 1
"""
# A function's body in a few calls, for one and for two arrays of the same shape.
CHAINS = {
    "mean(mean(x))": "x",
    "far(mean(x))": "x",
    "above(mean(above(x)))": "x",
    "mean(far(mean(far(x))))": "x",
    "point(mean(point(x)))": "x",
    "across(mean(x), x)": "same x",
    "across(point(x), far(x))": "same x",
    "point(x + mean(x) * 2)": "same x",
    "x - mean(mean(x))": "same x",
    "mean(mean(x) - y)": "same x y",
    "np.maximum(far(x), y) + across(y, x)": "same x y",
    "(mean(x), mean(mean(x)), x * 2)": "same x",
    "mean(x), mean(x)": "x",
}


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def chains(tmp_path_factory):
    """For each mode: pairs of a function compiled as a whole and the same lines run by Python, stage by stage."""
    folder = tmp_path_factory.mktemp("chains")
    made = {}
    for mode in MODES:
        lines = [STENCILS.format(mode=mode)]
        usable = [(body, of.split()) for body, of in CHAINS.items() if mode != "valid" or not of.startswith("same")]
        for i, (body, of) in enumerate(usable):
            params = ", ".join(name for name in of if name != "same")
            lines.append(f"@nf.jit\ndef fused_{i}({params}):\n    return {body}\n")
            lines.append(f"def staged_{i}({params}):\n    return {body}\n")
        path = folder / f"chains_{mode}.py"
        path.write_text("\n".join(lines))
        module = load(path, f"chains_{mode}")
        made[mode] = [
            (body, of, getattr(module, f"fused_{i}"), getattr(module, f"staged_{i}")) for i, (body, of) in enumerate(usable)
        ]
    return made




def as_tuple(result):
    return result if isinstance(result, tuple) else (result,)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["int64", "float64"])
def test_chains_with_operators(chains, mode, dtype):
    random = np.random.default_rng(1)
    compared = 0
    for (body, of, fused, staged), shape in itertools.product(chains[mode], SHAPES):
        x, y = (random.integers(-50, 50, shape).astype(dtype) for _ in range(2))
        args = (x, y) if "y" in of else (x,)
        for got, expected in zip(as_tuple(fused(*args)), as_tuple(staged(*args)), strict=True):
            assert got.dtype == expected.dtype, body
            np.testing.assert_array_equal(got, expected, err_msg=f"{body} {mode} {dtype} {shape}")
            compared += 1
    assert compared >= 12 * 5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "uint32", "float32"])
def test_chains_of_stencils(chains, mode, dtype):
    """Narrow inputs: what lies between is held in narrow types, and that changes nothing."""
    random = np.random.default_rng(2)
    for (body, of, fused, staged), shape in itertools.product(chains[mode], SHAPES):
        if any(c in body for c in "+*") or " - " in body or "np." in body:
            continue  # operators: their dtypes are Numba's, stage by stage they would be NumPy's
        x = random.integers(0, 120, shape).astype(dtype)
        for got, expected in zip(as_tuple(fused(x)), as_tuple(staged(x)), strict=True):
            assert got.dtype == expected.dtype, body
            np.testing.assert_array_equal(got, expected, err_msg=f"{body} {mode} {dtype} {shape}")


def test_layouts(chains):
    """Inputs of any strides, also read-only ones."""
    random = np.random.default_rng(3)
    whole = random.integers(0, 120, (300, 400)).astype("uint8")
    frozen = whole.copy()
    frozen.flags.writeable = False
    for x in (whole[::2, 5:], whole[:, ::3], whole.T, np.asfortranarray(whole), whole[::-1, ::-1], frozen):
        for body, _, fused, staged in chains["reflect"][:4] + chains["constant"][:4]:
            np.testing.assert_array_equal(fused(x), staged(x), err_msg=body)


def test_results_are_arrays_of_their_own(chains):
    fused = next(f for body, _, f, _ in chains["constant"] if body == "mean(x), mean(x)")
    a, b = fused(np.full((20, 30), 90, "uint8"))
    a[:] = 7
    assert b[5, 5] == 90


def test_threads_give_the_same_bits(chains):
    random = np.random.default_rng(4)
    before = nf.get_num_threads()
    try:
        for mode in ("constant", "mirror", "wrap"):
            for body, of, fused, _ in chains[mode]:
                x = random.random((1500, 1300)).astype("float32")
                results = []
                for threads in (1, 2):
                    nf.set_num_threads(threads)
                    results.append(as_tuple(fused(x, x[::-1]) if "y" in of else fused(x)))
                for one, two in zip(*results, strict=True):
                    assert one.tobytes() == two.tobytes(), body
    finally:
        nf.set_num_threads(before)


@nf.jit
def add(x, y):
    return x + y


@nf.jit
def scaled(x, c):
    return x * (c + 1) // c


def test_shapes_must_go_together():
    with pytest.raises(ValueError, match="shapes that have 4 and 5 elements along axis 1"):
        add(np.zeros((3, 4)), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="shapes that have 3 and 2 elements along axis 0"):
        add(np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="3 and 4 elements along axis 1"):
        add(np.zeros((2, 3, 4)), np.zeros((2, 4, 4)))


def test_one_and_three_axes_and_numbers():
    random = np.random.default_rng(5)
    for shape in [(0,), (1,), (63,), (100_000,), (3, 4, 5), (6, 70, 80)]:
        x, y = random.random(shape), random.random(shape)
        np.testing.assert_array_equal(add(x, y), x + y)
        np.testing.assert_array_equal(scaled(x, 3), x * 4 // 3)


def test_division_by_zero_is_numpys():
    x = np.array([[4, 0], [7, -3]], "int64")
    np.testing.assert_array_equal(scaled(x, 0), np.zeros_like(x))


def test_nothing_between_the_stages_is_an_array():
    """The peak of a process that runs four stages on 64 MiB: input and output, and no third array of that size."""
    program = """
import re, numpy as np
import chains_constant
def peak():  # of this program; what getrusage tells begins with its parent's
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
x = np.zeros((8192, 8192), "uint8")
x[:] = 1
chains_constant.fused_2(x[:64])  # compiled
before = peak()
out = chains_constant.fused_2(x)
print(peak() - before, out.nbytes / 2**20)
"""
    folder = next(m.__file__ for name, m in sys.modules.items() if name == "chains_constant").rsplit("/", 1)[0]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([folder, *map(os.path.abspath, sys.path)])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    grown, output = map(float, done.stdout.split())
    assert 0.9 * output < grown < output + 32, done.stdout


@nf.stencil(dtype="uint8")
def mean_u8(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9


@nf.stencil
def slopes(x):
    return x[1, 0] - x[-1, 0], x[0, 1] - x[0, -1]


@nf.jit
def store_twice(x, out):
    out[...] = mean_u8(mean_u8(x))


@nf.jit
def store_slopes(x, down, right):
    dy, dx = slopes(mean_u8(x))
    right[...] = dx
    down[...] = dy


@nf.jit
def store_and_read(x, out):
    out[...] = mean_u8(x)
    out[...] = mean_u8(out)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (40, 70), (300, 1100)])
def test_chains_store_into_given_arrays(shape, dtype):
    x = np.random.default_rng(1).integers(0, 256, shape).astype("uint8")
    expected = mean_u8(mean_u8(x))
    for out in (np.full(shape, 7, dtype), np.full(shape[::-1], 7, dtype).T, np.full((shape[0], 2 * shape[1]), 7, dtype)[:, ::2]):
        assert store_twice(x, out) is None
        np.testing.assert_array_equal(out, expected)
    dy, dx = slopes(mean_u8(x))
    down, right = np.full(shape, 7, "int64"), np.full(shape, 7, "int64")
    store_slopes(x, down, right)
    np.testing.assert_array_equal(down, dy.astype("int64"))
    np.testing.assert_array_equal(right, dx.astype("int64"))
    again = np.zeros(shape, dtype)
    store_and_read(x, again)
    np.testing.assert_array_equal(again, mean_u8(mean_u8(x).astype(dtype)))


def test_chains_store_into_their_input_and_over_each_other():
    x = np.random.default_rng(2).integers(0, 256, (90, 200)).astype("uint8")
    expected = mean_u8(mean_u8(x))
    same = x.copy()
    store_twice(same, same)
    np.testing.assert_array_equal(same, expected)
    shifted = np.zeros((91, 200), "uint8")
    shifted[:-1] = x
    store_twice(shifted[:-1], shifted[1:])
    np.testing.assert_array_equal(shifted[1:], expected)
    both = np.zeros((91, 200), "int64")
    dy, dx = slopes(mean_u8(x))
    store_slopes(x, both[:-1], both[1:])
    np.testing.assert_array_equal(both[:-1], dy.astype("int64"))  # stored last
    np.testing.assert_array_equal(both[90], dx[89].astype("int64"))


def test_chains_refuse_targets_of_other_shapes():
    x = np.zeros((20, 30), "uint8")
    with pytest.raises(ValueError, match="20"):
        store_twice(x, np.zeros((21, 30), "uint8"))
