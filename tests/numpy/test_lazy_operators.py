"""What lazy arrays do as NumPy's arrays do it, beside NumPy and array-api-strict."""

import itertools
import operator

import numpy as np
import pytest
from arrays import DTYPES, FLOATS, INTEGERS
from hypothesis import given, settings
from hypothesis import strategies as st

import nearfield as nf
from nearfield import array_api as api
from nearfield.operators import UFUNCS

pytestmark = pytest.mark.filterwarnings("ignore")


def values(dtype, seed=0, count=300):
    """Numbers of all sizes, the edges among them."""
    dtype, random = np.dtype(dtype), np.random.default_rng(seed)
    if dtype.kind == "b":
        return random.integers(0, 2, count).astype(dtype)
    if dtype.kind == "f":
        made = random.normal(0, 10, count).astype(dtype)
        made[:9] = [0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 2.5, -2.5]
    else:
        bounds = np.iinfo(dtype)
        made = random.integers(bounds.min, bounds.max, count, dtype, endpoint=True)
        made[:6] = [0, 1, bounds.min, bounds.max, 2, 7]
        made[6:100] = random.integers(0, 9, 94)
    return random.permutation(made)


def same(lazy, expected):
    assert isinstance(lazy, nf.Array) and lazy.dtype == expected.dtype and lazy.shape == expected.shape
    computed = lazy.compute()
    if expected.dtype.kind == "f":
        tolerance = 1e-6 if expected.dtype == np.float32 else 1e-14
        np.testing.assert_allclose(computed, expected, rtol=tolerance)
    else:
        np.testing.assert_array_equal(computed, expected)


def check(function, lazies, arrays):
    """The lazy result is NumPy's, its errors too; float16 is an error, because it is not there."""
    try:
        expected = function(*arrays)
    except (TypeError, ValueError) as error:
        with pytest.raises(TypeError if isinstance(error, TypeError) else ValueError):
            function(*lazies).compute()
        return
    if expected.dtype == np.float16:
        with pytest.raises(TypeError, match="float16"):
            function(*lazies)
        return
    same(function(*lazies), expected)


@pytest.mark.parametrize("ufunc", [u for u in UFUNCS if u.nin == 2], ids=lambda u: u.__name__)
def test_every_ufunc_of_two_arrays_of_every_dtype(ufunc):
    for a, b in itertools.product(DTYPES, DTYPES):
        x, y = values(a), values(b, 1)
        if ufunc is np.power and y.dtype.kind in "iuf":
            y = np.abs(y % 7).astype(b)
        check(ufunc, (nf.from_array(x), y), (x, y))


@pytest.mark.parametrize("ufunc", [u for u in UFUNCS if u.nin == 1], ids=lambda u: u.__name__)
def test_every_ufunc_of_one_array_of_every_dtype(ufunc):
    for a in DTYPES:
        check(ufunc, (nf.from_array(values(a)),), (values(a),))


OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.and_, operator.or_,
    operator.xor, operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge, operator.lshift, operator.rshift,
]  # fmt: skip


@pytest.mark.parametrize("operate", OPERATORS, ids=lambda f: f.__name__)
def test_operators_with_numbers(operate):
    numbers = [True, 3, 0, -2, 2.5, np.uint8(7), np.int64(-3), np.float32(0.5), np.float64(2), np.bool_(True), np.array(5, "int16")]
    for dtype, number in itertools.product(DTYPES, numbers):
        x = values(dtype)
        for swapped in False, True:
            pair = (lambda a, b: operate(b, a)) if swapped else operate
            try:
                expected = pair(x, number)
            except (TypeError, ValueError, OverflowError) as error:
                kind = next(k for k in (TypeError, OverflowError, ValueError) if isinstance(error, k))
                with pytest.raises(kind):
                    pair(nf.from_array(x), number).compute()
                continue
            same(pair(nf.from_array(x), number), expected)


@settings(max_examples=100)
@given(data=st.data())
def test_shapes_broadcast_as_numpy_has_it(data):
    shape = data.draw(st.lists(st.integers(1, 5), max_size=4))
    shapes = []
    for _ in range(2):
        own = [1 if data.draw(st.booleans()) else n for n in shape]
        shapes.append(own[data.draw(st.integers(0, len(own))) :])
    x, y = (np.random.default_rng(i).integers(0, 99, s).astype("int16") for i, s in enumerate(shapes))
    try:
        lazy = nf.from_array(x) * nf.from_array(y) - 1
    except ValueError as error:
        assert "larger than a frame" in str(error) or "which belong together" in str(error)
        return
    same(lazy, np.asarray(x * y - np.int16(1)))


REDUCTIONS = ["sum", "prod", "mean", "min", "max", "argmin", "argmax", "any", "all", "var", "std"]


@pytest.mark.parametrize("name", REDUCTIONS)
@pytest.mark.parametrize("shape", [(9, 5, 7), (6, 8), (11,), (3, 2, 4, 5), ()])
def test_reductions(name, shape):
    for dtype in DTYPES:
        count = int(np.prod(shape))
        few = np.random.default_rng(2).integers(0, 3, shape).astype(dtype)
        x = values(dtype, count=count).reshape(shape) if count >= 100 else few
        axes = [None, *range(-len(shape), len(shape))]
        if name not in ("argmin", "argmax"):
            axes += [c for k in (2, 3) for c in itertools.combinations(range(len(shape)), k)]
        for axis, keepdims in itertools.product(axes, [False, True]):
            if name == "prod" and x.dtype.kind == "f":
                x = np.clip(np.nan_to_num(x, nan=1, posinf=2, neginf=0.5), 0.5, 1.5)
            expected = np.asarray(getattr(np, name)(x, axis=axis, keepdims=keepdims))
            lazy = getattr(nf.from_array(x), name)(axis=axis, keepdims=keepdims)
            assert lazy.shape == expected.shape and lazy.dtype == expected.dtype, (name, dtype, axis)
            near = 2e-5 if expected.dtype == np.float32 else 1e-12
            np.testing.assert_allclose(lazy.compute(), expected, rtol=near, atol=1e-6, err_msg=f"{dtype} {axis}")


def test_sums_of_floats_do_not_depend_on_threads():
    x = nf.from_array(np.random.default_rng(0).normal(0, 1e6, (200, 40, 50)).astype("float32"))
    before = nf.get_num_threads()
    results = []
    for threads in range(1, before + 1):
        nf.set_num_threads(threads)
        results.append((x.sum().compute().tobytes(), x.mean(axis=0).compute().tobytes(), (x * 2).sum(axis=(0, 2)).compute().tobytes()))
    nf.set_num_threads(before)
    assert len(set(results)) == 1


def test_a_reduction_stays_within_its_budget():
    """A stack of 4 GB that takes no memory: its sum needs a few frames."""
    x = nf.from_array(np.broadcast_to(np.uint8(3), (4000, 1000, 1000)))
    assert x.sum().compute(memory="128MiB") == 3 * 4 * 10**9
    with pytest.raises(MemoryError, match="hint"):
        (x + 1).sum(axis=0).compute(memory="65MiB")
    with pytest.raises(MemoryError, match="hint"):  # 64 bits are added up for each of 8
        x.sum(axis=0).compute(memory="76MiB")
    assert (x[:9].max(axis=0).compute(memory="76MiB") == 3).all()


def test_reductions_of_reductions_are_computed_once():
    read = []

    def frame(i, out):
        read.append(i)
        out[...] = i + 1

    made = nf.Array("function", (3, 4, 5), "float64", frame)
    for _ in range(8):
        made = made / made.sum()
    np.testing.assert_allclose(made.compute(), np.repeat([1, 2, 3], 20).reshape(3, 4, 5) / 120)
    assert len(read) == 3 * 9


@pytest.mark.parametrize("shape", [(0,), (5, 0), (0, 5), (2, 0, 3), (0, 2, 3)])
def test_reductions_of_nothing(shape):
    x = np.zeros(shape, "int32")
    for name, axis in itertools.product(["sum", "prod", "any", "all", "mean"], [None, (), *range(len(shape))]):
        same(getattr(nf.from_array(x), name)(axis=axis), np.asarray(getattr(x, name)(axis=axis)))


def test_stencils_of_several_lazy_arrays():
    @nf.stencil(mode="reflect")
    def blend(x, y, amount):
        return x[-1, 0] * amount + y[0, 2]

    @nf.stencil
    def flow(x, y):
        return x[-1, 0, 0] * y[1, 0, 1]

    x, y = np.random.default_rng(0).integers(0, 99, (2, 9, 12, 10)).astype("uint8")
    a, b = nf.from_array(x), nf.from_array(y)
    np.testing.assert_array_equal(blend(a, b, 2).compute(), blend(x, y, 2))
    np.testing.assert_array_equal(blend(a, y[0], 0.5).compute(), np.stack([blend(f, y[0], 0.5) for f in x]))
    over = nf.guvectorize("(n,m),(n,m),()->(n,m)")(blend)
    np.testing.assert_array_equal(over(a, b, 2).compute(), blend(x, y, 2))
    for mode in "constant", "wrap", "mirror", "valid":
        np.testing.assert_array_equal(flow(a, b + 1, mode=mode).compute(), flow(x, y + np.uint8(1), mode=mode))
    np.testing.assert_array_equal((a - blend(a, a, 1) + a[0]).compute(), x - blend(x, x, 1) + x[0])


def test_what_is_read_twice_is_computed_once(tmp_path):
    from PIL import Image

    x = np.random.default_rng(0).integers(0, 99, (6, 8, 9)).astype("uint8")
    for i, frame in enumerate(x):
        Image.fromarray(frame).save(tmp_path / f"{i}.png")
    a = nf.imread(tmp_path / "*.png")
    seen = []
    made = a + a * 2 - a
    for _ in range(12):
        made = made + made  # as a tree this would be 4096 arrays
    np.testing.assert_array_equal(made.compute(progress=lambda *f: seen.append(f)), (x + x * np.uint8(2) - x) << 12)
    assert seen[-1][2] == x.nbytes  # each file once


def test_functions_of_numpy():
    x = np.random.default_rng(0).normal(size=(4, 5, 6))
    a = nf.from_array(x)
    for name in REDUCTIONS:
        np.testing.assert_allclose(getattr(np, name)(a, axis=1).compute(), getattr(np, name)(x, axis=1))
    same(np.where(a > 0, a, 0.0), np.where(x > 0, x, 0.0))
    same(np.clip(a, -0.5, 0.5), np.clip(x, -0.5, 0.5))
    same(np.round(a), np.round(x))
    assert np.shape(a) == x.shape and np.ndim(a) == 3 and np.size(a) == x.size
    np.testing.assert_allclose(np.add.reduce(a).compute(), np.add.reduce(x))
    same(np.maximum.reduce(a, axis=(1, 2)), np.maximum.reduce(x, axis=(1, 2)))
    same(np.maximum.reduce(a, axis=None), np.asarray(np.maximum.reduce(x, axis=None)))


def test_functions_of_numpy_have_their_own_parameters():
    x = np.random.default_rng(0).normal(size=(4, 5, 6))
    a = nf.from_array(x)
    same(np.sum(a, 0, np.int32), np.sum(x, 0, np.int32))
    same(np.max(a, 1, None, True), np.max(x, 1, None, True))
    same(np.var(a, 0, None, None, 1, True), np.var(x, 0, None, None, 1, True))
    same(np.std(a, correction=1), np.asarray(np.std(x, correction=1)))
    same(np.clip(a, a_min=-1, a_max=None), np.clip(x, a_min=-1, a_max=None))
    out = np.zeros(())
    refused = [
        lambda: np.sum(a, None, None, out),
        lambda: np.argmax(a, 0, np.zeros((5, 6), "int64")),
        lambda: np.var(a, 0, np.float32),
        lambda: np.min(a, initial=0),
        lambda: np.mean(a, where=x > 0),
    ]
    for call in refused:
        with pytest.raises(TypeError, match="does not run lazily"):
            call()


@pytest.mark.parametrize("dtype", ["int8", "uint16", "bool", "float32", "float64"])
def test_reductions_have_the_dtype_that_is_asked_for(dtype):
    x = np.arange(-30, 90).reshape(4, 5, 6)
    for name in "sum", "prod":
        same(getattr(nf.from_array(x), name)(axis=1, dtype=dtype), getattr(x, name)(axis=1, dtype=dtype))
    assert nf.from_array(x).mean(dtype=dtype).dtype == dtype


def test_masks_are_not_dropped():
    """Kernels know no masks: without a word their results would be wrong."""
    masked = np.ma.array(np.arange(6.0), mask=[0, 1, 0, 0, 1, 0])

    @nf.stencil
    def change(x):
        return x[1] - x[-1]

    @nf.jit
    def total(x):
        return x.sum()

    for call in (nf.from_array, change, total, nf.from_array(np.ones(6)).__add__):
        with pytest.raises(TypeError, match="mask"):
            call(masked)


def test_numbers_and_dlpack():
    x = np.arange(24, dtype="float32").reshape(2, 3, 4)
    a = nf.from_array(x)
    assert float(a.sum()) == x.sum() and int(a.argmax()) == 23 and bool((a >= 0).all())
    with pytest.raises(ValueError, match="ambiguous"):
        bool(a > 1)
    with pytest.raises(TypeError, match="only an array without axes"):
        float(a)
    np.testing.assert_array_equal(np.from_dlpack(a), x)
    assert a.__dlpack_device__() == (1, 0)
    with pytest.raises(TypeError, match="unhashable"):
        hash(a)


strict = pytest.importorskip("array_api_strict")


def test_every_function_of_elements_is_there():
    every = {name for name in dir(strict) if getattr(getattr(strict, name), "__module__", "").endswith("._elementwise_functions")}
    assert len(every) > 60
    assert every <= set(dir(api))


@pytest.mark.parametrize("name", api._BINARY + api._UNARY + ("conj", "real"))
def test_the_array_api_is_as_strict_has_it(name):
    function, oracle = getattr(api, name), getattr(strict, name)
    dtypes = {"bool": ["bool"], "int": INTEGERS, "float": FLOATS}
    tried = 0
    for kind in dtypes.values():
        for dtype in kind:
            x, y = values(dtype), values(dtype, 1)
            if name == "pow" and x.dtype.kind in "iu":
                y = np.abs(y % 7).astype(dtype)
            if "shift" in name:
                y = np.abs(y % 7).astype(dtype)
            args = (x, y) if name in api._BINARY else (x,)
            try:
                expected = np.asarray(oracle(*map(strict.asarray, args)))
            except TypeError:
                continue  # not of the standard: NumPy's rules hold
            tried += 1
            result = function(*map(nf.from_array, args))
            assert result.dtype == expected.dtype
            np.testing.assert_allclose(result.compute(), expected, rtol=1e-6 if expected.dtype == np.float32 else 1e-14)
    assert tried


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_parts_of_real_numbers(dtype):
    """`imag` of real numbers is NumPy's: array-api-strict has none."""
    for x in (values(dtype), values(dtype).reshape(1, -1), np.ones((), dtype)):
        lazy = nf.from_array(x)
        for function, parts in [
            (np.conjugate, [np.conjugate(lazy), np.conj(lazy), lazy.conj(), api.conj(lazy)]),
            (np.real, [np.real(lazy), lazy.real, api.real(lazy)]),
            (np.imag, [np.imag(lazy), lazy.imag, api.imag(lazy), api.imag(lazy + lazy)]),
        ]:
            for part in parts:
                assert isinstance(part, nf.Array)
                same(part, function(x))
    with pytest.raises(TypeError, match="does not run lazily"):
        np.conjugate(nf.from_array(values(dtype)), out=values(dtype))


@pytest.mark.parametrize("name", api._REDUCTIONS + api._INDEXES + ("var", "std"))
def test_reductions_of_the_array_api_are_as_strict_has_them(name):
    for dtype in ["bool", *INTEGERS, *FLOATS]:
        x = np.random.default_rng(0).integers(0, 2, (3, 4, 5)).astype(dtype)
        try:
            expected = np.asarray(getattr(strict, name)(strict.asarray(x), axis=1))
        except TypeError:
            continue
        result = getattr(api, name)(nf.from_array(x), axis=1)
        assert result.dtype == expected.dtype and result.shape == expected.shape
        np.testing.assert_allclose(result.compute(), expected, rtol=1e-5)


def test_programs_for_any_array_run_lazily():
    def normalised(x):
        xp = x.__array_namespace__()
        return (x - xp.mean(x, axis=0, keepdims=True)) / xp.sqrt(xp.var(x, axis=0, keepdims=True) + 1.0)

    x = np.random.default_rng(0).normal(size=(5, 6, 7))
    np.testing.assert_allclose(normalised(nf.from_array(x)).compute(), np.asarray(normalised(strict.asarray(x))))
    assert isinstance(normalised(nf.from_array(x)), nf.Array)
    compat = pytest.importorskip("array_api_compat")
    assert compat.array_namespace(nf.from_array(x)) is api
