"""exp, log, sin and the others: within one unit in the last place of the rounded true value, and the same bits as vectors,
as scalars and for every processor."""

import hashlib
import math
import os
import subprocess
import sys

import numba
import numpy as np
import pytest

import nearfield as nf

FUNCTIONS = {
    "exp": math.exp, "exp2": math.exp2, "expm1": math.expm1, "log": math.log, "log2": math.log2, "log10": math.log10,
    "log1p": math.log1p, "sin": math.sin, "cos": math.cos, "tan": math.tan, "sinh": math.sinh, "cosh": math.cosh,
    "tanh": math.tanh,
}  # fmt: skip
WIDER = {np.dtype("float64"): np.longdouble, np.dtype("float32"): np.float64}


def loop_of(function):
    """A kernel that LLVM turns into vectors."""

    @nf.jit
    def loop(x, out):
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    return loop


def scalar_of(function):
    """The same for one number."""

    @nf.jit
    def scalar(x):
        return function(x)

    return scalar


def stencil_of(function):
    """The same in explicit vectors."""

    @nf.stencil
    def point(x):
        return function(x[0])

    return point


LOOPS = {name: loop_of(function) for name, function in FUNCTIONS.items()}


def compute(name, x):
    """The function of every element, in vectors."""
    out = np.empty_like(x)
    LOOPS[name](x, out)
    return out


def order(x):
    """Integers that count the floats."""
    bits = x.view(f"i{x.itemsize}").astype(np.int64)
    return np.where(bits < 0, np.int64(-(2 ** (8 * x.itemsize - 1))) - bits, bits)


def neighbours(values, dtype, distance):
    """Each value and the floats up to ``distance`` away from it."""
    steps = np.arange(-distance, distance + 1)
    around = order(np.asarray(values, dtype))[:, None] + steps
    lowest = -(2 ** (8 * np.dtype(dtype).itemsize - 1))
    bits = np.where(around < 0, lowest - around, around).ravel()
    return bits.astype(f"i{np.dtype(dtype).itemsize}").view(dtype)


def special(dtype):
    """What has a rule of its own, and where overflow, underflow and reductions begin, with what lies around them."""
    info = np.finfo(dtype)
    at = [0, 1, -1, 0.5, 2, info.max, info.tiny, info.smallest_subnormal, 0.6931471805599453, 0.34657359027997264, 0.7071067811865476,
          1.4142135623730951, 22, 19, 40, 709.782712893384, -745.1332191019412, -708.3964185322641, 710.4758600739439, 1024, -1022,
          -1074, -1075, 88.72284, -87.33655, -103.97208, 89.41599, 128, -126, -149, 25735, 2.0**24 * 1.5, 10, 100, 1000]  # fmt: skip
    with np.errstate(over="ignore"):
        at = np.array([*at, *(-v for v in at)]).astype(dtype)
    at = at[np.isfinite(at)]
    angles = (np.arange(1, 3000) * (np.pi / 2)).astype(dtype)
    return np.concatenate([neighbours(at, dtype, 200), neighbours(angles, dtype, 2), np.array([np.inf, -np.inf, np.nan], dtype)])


def sample(dtype, count):
    """Arguments of every size, and many of the sizes that matter."""
    random = np.random.default_rng(7)
    any_bits = random.integers(0, 2 ** (8 * np.dtype(dtype).itemsize), count, dtype=f"u{np.dtype(dtype).itemsize}").view(dtype)
    parts = [special(dtype), any_bits]
    parts += [random.uniform(-size, size, count).astype(dtype) for size in (1, 2, 30, 750, 30000)]
    parts += [np.exp(random.uniform(-40, 40, count)).astype(dtype)]
    # The multiple of pi/2 that a float64 is nearest to, and other hard ones.
    parts += [np.array([6381956970095103 * 2.0**797, 5319372648326541 * 2.0**255, 1e22, 2.0**1023]).astype(dtype)]
    return np.concatenate(parts)


def check_within_one(name, x):
    """Expects the rounded true value or a neighbour of it; zeros have the right sign."""
    got = compute(name, x)
    with np.errstate(all="ignore"):
        want = getattr(np, name)(x.astype(WIDER[x.dtype])).astype(x.dtype)
    number = ~np.isnan(want)
    np.testing.assert_array_equal(np.isnan(got), ~number)
    x, got, want = x[number], got[number], want[number]
    distance = np.abs(order(got) - order(want))
    distance[np.signbit(got) != np.signbit(want)] = 2**40
    if not number.any():
        return 0
    worst = distance.argmax()
    assert distance[worst] <= 1, f"{name}({x[worst]!r}) is {got[worst]!r}, not {want[worst]!r}: {distance[worst]} away"
    return np.mean(distance != 0)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_float64_is_within_one_unit(name):
    assert check_within_one(name, sample("float64", 40_000)) < 0.1  # most results are the nearest


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_float32_is_within_one_unit(name, long):
    """Every 2**13th float32, or every one."""
    assert check_within_one(name, np.concatenate([special("float32"), sample("float32", 10_000)])) < 0.01
    part = 2**26
    for first in range(0, 2**32, part):
        check_within_one(name, np.arange(first, first + part, 1 if long else 2**13, dtype=np.int64).astype(np.uint32).view("float32"))


def same_bits(a, b):
    """Equal to the last bit; NaN is NaN."""
    integer = f"u{a.itemsize}"
    return np.array_equal(np.where(np.isnan(a), a.dtype.type(0), a).view(integer), np.where(np.isnan(b), b.dtype.type(0), b).view(integer))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_vectors_scalars_and_stencils_have_the_same_bits(name, dtype):
    x = sample(dtype, 1000)
    x = x[:: max(1, len(x) // 12_000)]
    vectors = compute(name, x)
    scalar, point = scalar_of(FUNCTIONS[name]), stencil_of(FUNCTIONS[name])
    assert same_bits(vectors, np.array([scalar(v) for v in x], dtype))
    assert same_bits(vectors, point(x))
    # A vector may hold large and small arguments together.
    np.random.default_rng(1).shuffle(x)
    assert same_bits(compute(name, x), point(x))


def digest():
    """A hash of all functions of many arguments."""
    state = hashlib.sha256()
    with np.errstate(all="ignore"):
        for dtype in ("float32", "float64"):
            x = sample(dtype, 2000)
            for name in FUNCTIONS:
                got = compute(name, x)
                got[np.isnan(got)] = np.nan
                state.update(got.tobytes())
    return state.hexdigest()


def test_every_processor_computes_the_same_bits():
    """From two lanes without AVX to sixteen with AVX-512; fused multiply-add is there from haswell on."""
    found = {}
    for processor in ("x86-64", "x86-64-v2", "haswell", ""):
        env = dict(os.environ, NEARFIELD_CPU=processor)
        done = subprocess.run([sys.executable, __file__], env=env, capture_output=True, text=True, check=True)
        found[processor] = done.stdout.strip()
    assert len(set(found.values())) == 1, found


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_numba_is_near(name, dtype):
    """Numba calls the C library, which is itself within one unit of the rounded value: two neighbours may be two apart."""
    function = FUNCTIONS[name]

    def loop(x, out):
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    x = np.random.default_rng(3).uniform(0.01, 20, 3000).astype(dtype)
    out = np.empty_like(x)
    numba.njit(loop)(x, out)
    assert np.abs(order(compute(name, x)) - order(out)).max() <= 2


def test_fastmath_leaves_the_functions_alone():
    x = sample("float64", 500)
    x = x[np.isfinite(x)]

    @nf.jit(fastmath=True)
    def fast(x, out):
        for i in range(x.shape[0]):
            out[i] = math.sin(x[i])

    out = np.empty_like(x)
    fast(x, out)
    assert same_bits(out, compute("sin", x))


def floors(x, y, quotient, rest):
    for i in range(x.shape[0]):
        quotient[i] = x[i] // y[i]
        rest[i] = x[i] % y[i]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_floor_division_is_numpys(dtype):
    """In vectors, with common and rare lanes side by side."""
    random = np.random.default_rng(5)
    x, y = sample(dtype, 3000), sample(dtype, 3000)
    random.shuffle(x)
    x[: len(x) // 2] = random.uniform(-1000, 1000, len(x) // 2)
    y[: len(x) // 3] = random.integers(-20, 20, len(x) // 3)
    quotient, rest = np.empty_like(x), np.empty_like(x)
    nf.jit(error_model="numpy")(floors)(x, y, quotient, rest)
    with np.errstate(all="ignore"):
        expected = np.floor_divide(x, y), np.remainder(x, y)
    assert same_bits(quotient, expected[0])
    assert same_bits(rest, expected[1])


if __name__ == "__main__":
    print(digest())
