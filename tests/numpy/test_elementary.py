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
    "tanh": math.tanh, "asin": math.asin, "acos": math.acos, "atan": math.atan, "asinh": math.asinh, "acosh": math.acosh,
    "atanh": math.atanh,
}  # fmt: skip
FUNCTIONS_OF_TWO = {
    "pow": math.pow, "atan2": math.atan2, "hypot": math.hypot, "fmod": math.fmod, "logaddexp": np.logaddexp,
    "logaddexp2": np.logaddexp2, "nextafter": math.nextafter,
}  # fmt: skip
WIDER = {np.dtype("float64"): np.longdouble, np.dtype("float32"): np.float64}


def loop_of(function):
    """A kernel that LLVM turns into vectors."""

    @nf.jit
    def loop(x, out):
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    return loop


def scalar_text(count, function):
    """The same for one number of each argument."""
    if count == 1:

        def scalar(x):
            return function(x)

    else:

        def scalar(x, y):
            return function(x, y)

    return scalar


def stencil_of(function):
    """The same in explicit vectors."""

    @nf.stencil
    def point(x):
        return function(x[0])

    return point


LOOPS = {name: loop_of(function) for name, function in FUNCTIONS.items()}


def loop_of_two(function):
    """A kernel of two arrays."""

    @nf.jit
    def loop(x, y, out):
        for i in range(x.shape[0]):
            out[i] = function(x[i], y[i])

    return loop


LOOPS |= {name: loop_of_two(function) for name, function in FUNCTIONS_OF_TWO.items()}


def compute(name, *args):
    """The function of every element, in vectors."""
    out = np.empty_like(args[0])
    LOOPS[name](*args, out)
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
          1.4142135623730951, 0.9375, 1.125, 2.0**-13, 2.0**-27, 2.0**14, 2.0**30, 22, 19, 40, 709.782712893384, -745.1332191019412, -708.3964185322641, 710.4758600739439, 1024, -1022,
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


def pairs(dtype, count):
    """Pairs of arguments: all of the special values with each other, and of every size."""
    info = np.finfo(dtype)
    at = np.array([0, 1, 0.5, 2, 3, 9, 0.1, 1e15, 2.0**51, 2.0**52 + 1, 2.0**51 + 0.5, 1 + info.eps, 1 - info.epsneg, info.max, info.tiny,
                   info.smallest_subnormal, 1e-30, 1e30, np.inf, np.nan])  # fmt: skip
    at = np.concatenate([at, -at]).astype(dtype)
    x, y = (values.ravel() for values in np.meshgrid(at, at))
    random = np.random.default_rng(3)
    integer = f"u{np.dtype(dtype).itemsize}"

    def any_bits():
        return random.integers(0, 2 ** (8 * np.dtype(dtype).itemsize), count, dtype=integer).view(dtype)

    def powers(size):
        return np.exp(random.uniform(-size, size, count)) * random.choice([-1, 1], count)

    first = [x, any_bits(), powers(80), np.exp(random.uniform(-30, 30, count)), random.integers(-20, 20, count), powers(3),
             1 + random.uniform(-1e-3, 1e-3, count), random.uniform(0.5, 2, count)]  # fmt: skip
    second = [y, any_bits(), powers(80), random.uniform(-30, 30, count), random.integers(-20, 20, count), powers(3),
              random.uniform(-6e5, 6e5, count), random.uniform(-1000, 1000, count)]  # fmt: skip
    return [np.concatenate([part.astype(dtype) for part in parts]) for parts in (first, second)]


def check_within_one(name, *args):
    """Expects the rounded true value or a neighbour of it; zeros have the right sign. How many are not the nearest."""
    got = compute(name, *args)
    wider = got.dtype if name == "nextafter" else WIDER[got.dtype]
    with np.errstate(all="ignore"):
        true = getattr(np, name)(*(x.astype(wider) for x in args))
        want = true.astype(got.dtype)
    number = ~np.isnan(want)
    np.testing.assert_array_equal(np.isnan(got), ~number)
    if not number.any():
        return 0
    args, got, want, true = [x[number] for x in args], got[number], want[number], true[number]
    distance = np.abs(order(got) - order(want))
    distance[np.signbit(got) != np.signbit(want)] = 2**40
    if name.startswith("logaddexp"):  # the two terms may cancel, here and in NumPy
        with np.errstate(invalid="ignore"):
            distance[np.abs(got - true) <= 2.0**-55 + np.finfo(wider).eps] = 0
    worst = distance.argmax()
    at = [x[worst] for x in args]
    assert distance[worst] <= 1, f"{name} of {at} is {got[worst]!r}, not {want[worst]!r}: {distance[worst]} away"
    return np.mean(distance != 0)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_float64_is_within_one_unit(name):
    assert check_within_one(name, sample("float64", 40_000)) < 0.1  # most results are the nearest


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_float32_is_within_one_unit(name, long):
    """Every 2**13th float32, or every one."""
    assert check_within_one(name, np.concatenate([special("float32"), sample("float32", 10_000)])) < 0.05
    part = 2**26
    for first in range(0, 2**32, part):
        check_within_one(name, np.arange(first, first + part, 1 if long else 2**13, dtype=np.int64).astype(np.uint32).view("float32"))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS_OF_TWO)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_functions_of_two_are_within_one_unit(name, dtype, long):
    away = check_within_one(name, *pairs(dtype, 2_000_000 if long else 40_000))
    assert away <= {"fmod": 0, "nextafter": 0, "hypot": 0.1}.get(name, 0.03)


def same_bits(a, b):
    """Equal to the last bit; NaN is NaN."""
    integer = f"u{a.itemsize}"
    return np.array_equal(np.where(np.isnan(a), a.dtype.type(0), a).view(integer), np.where(np.isnan(b), b.dtype.type(0), b).view(integer))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_vectors_scalars_and_stencils_have_the_same_bits(name, dtype):
    x = sample(dtype, 1000)
    check_same_bits(name, FUNCTIONS[name], stencil_of, x[:: max(1, len(x) // 12_000)])


def stencil_of_two(function):
    """The same in explicit vectors."""

    @nf.stencil
    def point(x, y):
        return function(x[0], y[0])

    return point


def check_same_bits(name, function, stencil, *args):
    """In order, and shuffled: a vector may hold common and rare arguments together."""
    scalar, point = nf.jit(scalar_text(len(args), function)), stencil(function)
    values = compute(name, *args)
    assert same_bits(values, np.array([scalar(*v) for v in zip(*args)], args[0].dtype))
    assert same_bits(values, point(*args))
    shuffled = np.random.default_rng(1).permutation(len(values))
    assert same_bits(compute(name, *(x[shuffled] for x in args)), values[shuffled])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS_OF_TWO)
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_functions_of_two_have_the_same_bits_everywhere(name, dtype):
    check_same_bits(name, FUNCTIONS_OF_TWO[name], stencil_of_two, *pairs(dtype, 1000))


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
            x, y = pairs(dtype, 2000)
            for name in FUNCTIONS_OF_TWO:
                got = compute(name, x, y)
                got[np.isnan(got)] = np.nan
                state.update(got.tobytes())
    return state.hexdigest()


def test_every_processor_computes_the_same_bits():
    """From two lanes without AVX to sixteen with AVX-512; fused multiply-add is there from haswell on."""
    found = {}
    for processor in ("x86-64", "x86-64-v2", "x86-64-v3", "haswell", ""):
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

    lowest, highest = {"asin": (0.01, 1), "acos": (0.01, 1), "atanh": (0.01, 1), "acosh": (1, 20)}.get(name, (0.01, 20))
    x = np.random.default_rng(3).uniform(lowest, highest, 3000).astype(dtype)
    out = np.empty_like(x)
    numba.njit(loop)(x, out)
    assert np.abs(order(compute(name, x)) - order(out)).max() <= 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_logarithms_of_sums_of_any_size(dtype):
    """Infinities are equal to themselves, and what underflows is not lost beside 0."""
    inf, nan, least = np.inf, np.nan, np.finfo(dtype).smallest_subnormal
    x = np.array([inf, -inf, inf, -inf, inf, nan, 0, 0, 1e4, -1e30], dtype)
    y = np.array([inf, -inf, -inf, 3, nan, 1, -inf, np.log2(least), 9e3, -1e30], dtype)
    got = compute("logaddexp2", x, y)
    np.testing.assert_array_equal(got, np.array([inf, -inf, inf, 3, nan, nan, 0, least, 1e4, -1e30], dtype))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(compute("logaddexp", x, y), np.logaddexp(x, y), rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_next_float_is_the_next_integer(dtype):
    x = special(dtype)
    x = x[np.isfinite(x)]
    up, down = compute("nextafter", x, np.full_like(x, np.inf)), compute("nextafter", x, np.full_like(x, -np.inf))
    zero = x == 0
    assert (order(up) - order(x))[~zero].tolist() == [1] * (~zero).sum() == (order(x) - order(down))[~zero].tolist()
    assert (up[zero] > 0).all() and (down[zero] == -up[zero]).all()
    assert same_bits(compute("nextafter", x, x), x) and not np.signbit(compute("nextafter", -np.zeros(1, dtype), np.zeros(1, dtype)))[0]


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
