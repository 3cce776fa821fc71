"""``nf.vectorize`` against NumPy's ufuncs and Numba's: numbers, shapes, layouts, keywords, reductions, errors, pickling."""

import ctypes
import functools
import os
import pickle
import subprocess
import sys

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nearfield as nf

DTYPES = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]


def plus(a, b):
    return a + b


def fused(a, b, c):
    return a * b + c


def safe_ratio(a, b):
    return a / b if b != 0 else a - a


def branchy(a, b):
    total = 0
    for i in range(3):
        if a > b:
            total += i * 2
        else:
            total -= 1
    return total + a


def raising(a):
    if a == 3:
        raise ValueError("three")
    if a > 100:
        raise KeyError("large")
    return a * 2


nf_plus, nf_fused, nf_ratio, nf_branchy = (nf.vectorize(f) for f in (plus, fused, safe_ratio, branchy))


def numbers(dtype, shape, seed=0):
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return random.normal(0, 10, shape).astype(dtype)
    if dtype == "bool":
        return random.integers(0, 2, shape).astype(bool)
    info = np.iinfo(dtype)
    return random.integers(max(info.min, -100), min(info.max, 100), shape, endpoint=True).astype(dtype)


def numbas(function, *args):
    """What Numba's ufunc gives when it has seen no other dtypes before."""
    return numba.vectorize(function)(*args)


def same(got, want):
    assert type(got) is type(want) and got.dtype == want.dtype and got.shape == want.shape
    np.testing.assert_array_equal(got, want)


# ---- dtypes


@pytest.mark.parametrize("a", DTYPES)
@pytest.mark.parametrize("b", ["uint8", "int32", "uint64", "float32", "float64"])
@pytest.mark.parametrize("function", [plus, safe_ratio], ids=lambda f: f.__name__)
def test_dtypes_are_numbas(function, a, b):
    x, y = numbers(a, 50), numbers(b, 50, seed=1)
    with np.errstate(all="ignore"):
        same(nf.vectorize(function)(x, y), numbas(function, x, y))


def test_a_call_does_not_depend_on_those_before():
    f = nf.vectorize(plus)
    assert f(1.0, 2.0).dtype == np.float64
    assert f(np.int8([1]), np.int8([2])).dtype == np.int64  # Numba's would take the loop `dd->d`
    assert f(np.float32([1]), np.float32([2])).dtype == np.float32
    assert f.types == ["dd->d", "bb->l", "ff->f"]


@pytest.mark.parametrize("a, b, dtype", [(1, 2, "int64"), (1.5, 2, "float64"), (True, True, "int64"), (np.float32(1), np.float32(2), "float32"),
                                         (2**63, 1, "int64"), (np.uint8(200), np.uint8(100), "uint64")])  # fmt: skip
def test_numbers_give_numpys_scalars(a, b, dtype):
    got = nf_plus(a, b)
    assert isinstance(got, np.generic) and got.dtype == dtype and not isinstance(got, np.ndarray)


def test_arrays_without_axes_give_scalars():
    assert type(nf_plus(np.array(1.5), np.array(2.5))) is np.float64
    assert type(nf_plus(np.array(1.5), 1)) is np.float64


@pytest.mark.parametrize("scalar, dtype", [(2, "float64"), (2.0, "float64"), (np.float32(2), "float32"), (np.int64(2), "float64"), (True, "float32")])
def test_numbers_beside_arrays_count_with_their_full_dtype(scalar, dtype):
    x = np.arange(6, dtype="float32").reshape(2, 3)
    for got in (nf_plus(x, scalar), nf_plus(scalar, x), nf_plus(x, scalar)):
        assert got.dtype == dtype
        np.testing.assert_array_equal(got, x + 2 if scalar is not True else x + 1)


def test_float16_is_widened():
    x = np.arange(4, dtype="float16")
    same(nf_plus(x, x), (x + x).astype("float32"))
    same(nf_plus(x, 1.0), x.astype("float64") + 1)
    same(nf_plus(x, x, where=np.array([True] * 4), out=np.zeros(4, "float32")), (x + x).astype("float32"))


def test_division_by_zero_is_numpys():
    ints, floats = np.array([7, -7, 0]), np.array([1.0, -1.0, 0.0])
    divide, floor, modulo = nf.vectorize(lambda a, b: a / b), nf.vectorize(lambda a, b: a // b), nf.vectorize(lambda a, b: a % b)
    np.testing.assert_array_equal(divide(floats, 0.0), [np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(floor(ints, 0), [0, 0, 0])
    np.testing.assert_array_equal(modulo(ints, 0), [0, 0, 0])
    same(divide(ints, 2), ints / 2)


# ---- shapes and layouts


@st.composite
def laid_out(draw, shape, dtype):
    """An array of this shape, or one that broadcasts to it, with some layout: transposed, stepped, reversed, stretched."""
    own = tuple(1 if draw(st.integers(0, 4)) == 0 else n for n in shape)
    own = own[draw(st.integers(0, len(own))) :] if draw(st.integers(0, 5)) == 0 else own
    order = draw(st.permutations(range(len(own))))
    steps = [draw(st.sampled_from([1, 1, 1, 2, -1, -3])) for _ in own]
    base = numbers(dtype, tuple(own[d] * abs(steps[d]) for d in order), seed=draw(st.integers(0, 99)))
    back = base.transpose([order.index(d) for d in range(len(own))])
    made = back[tuple(slice(None, None, s) for s in steps)]
    return np.asarray(made[tuple(slice(0, n) for n in own)])


@st.composite
def operands(draw, count, dtypes=("float64", "uint8", "float32", "int16")):
    longest = draw(st.sampled_from([5, 40, 300]))
    shape = tuple(draw(st.integers(0, longest if d == 0 else 6)) for d in range(draw(st.integers(0, 4))))
    shape = tuple(draw(st.permutations(shape)))
    return [draw(laid_out(shape, draw(st.sampled_from(dtypes)))) for _ in range(count)]


@settings(max_examples=150)
@given(operands(2))
def test_any_layout(args):
    """Broadcasting and layouts decide how elements are reached, not what is computed; the result's order is NumPy's."""
    got = nf_plus(*args)
    widened = [a.astype(nf_plus(a.ravel()[:1], a.ravel()[:1]).dtype if a.size else "float64") for a in args]
    want = np.add(*(np.asarray(a, got.dtype) for a in args))
    assert got.shape == want.shape, widened
    np.testing.assert_array_equal(got, want)
    if got.ndim and got.size:
        reference = np.add(*args, dtype="float64")
        wide = [s // reference.itemsize for s in reference.strides]
        assert [s // got.itemsize for s, n in zip(got.strides, got.shape) if n > 1] == [s for s, n in zip(wide, got.shape) if n > 1]


@settings(max_examples=80)
@given(operands(3, ("float64",)), st.data())
def test_any_output(args, data):
    """`out=` of any layout and dtype that the result can be cast to, also one that is an input."""
    shape = np.broadcast_shapes(*(a.shape for a in args))
    out = data.draw(laid_out((7, *shape) if data.draw(st.booleans()) and len(shape) < 4 else shape, data.draw(st.sampled_from(["float64", "float32"]))))
    args = [a.copy() if np.shares_memory(a, out) else a for a in args]
    if np.broadcast_shapes(shape, out.shape) != out.shape:
        with pytest.raises(ValueError, match="non-broadcastable output operand"):
            nf_fused(*args, out=out)
        return
    want = out.copy()
    want[...] = args[0] * args[1] + args[2]
    assert nf_fused(*args, out=out) is out
    np.testing.assert_array_equal(out, want)


@pytest.mark.parametrize("n", [1, 5, 100, 5000, 100_001])
def test_inputs_as_outputs(n):
    for dtype in ("float64", "uint8"):
        f = nf.vectorize([f"{dtype}({dtype},{dtype},{dtype})"])(fused)
        x = numbers(dtype, n)
        want = f(x, x, x)
        y = x.copy()
        assert f(y, y, y, out=y) is y
        np.testing.assert_array_equal(y, want)
        y = x.copy()
        f(y[::-1], 1, 0, out=y)  # reads what it has written unless it copies first
        np.testing.assert_array_equal(y, x[::-1])
        if n > 1:
            y = x.copy()
            f(y[:-1], 1, 0, out=y[1:])
            np.testing.assert_array_equal(y[1:], x[:-1])


@pytest.mark.parametrize("shape_a, shape_b", [((1000, 1), (1, 1000)), ((3000, 3), (3,)), ((3, 3000), (3, 1)), ((2, 1, 700), (500, 1)), ((64, 1, 3), (1, 100, 1))])
def test_broadcasts_of_some_size(shape_a, shape_b):
    a, b = numbers("float64", shape_a), numbers("float64", shape_b, seed=1)
    np.testing.assert_array_equal(nf_plus(a, b), a + b)
    np.testing.assert_array_equal(nf.vectorize(target="parallel")(plus)(a, b), a + b)


def test_nothing_beyond_an_array_is_read_or_written():
    """Arrays that end where memory ends."""
    page = os.sysconf("SC_PAGE_SIZE")
    memory = ctypes.CDLL(None, use_errno=True)
    memory.mmap.restype = ctypes.c_void_p
    memory.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    memory.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

    def at_the_end(count, dtype):
        size = count * np.dtype(dtype).itemsize
        pages = -(-size // page) + 1
        base = memory.mmap(None, pages * page, 3, 0x22, -1, 0)
        assert memory.mprotect(base + (pages - 1) * page, page, 0) == 0
        buffer = (ctypes.c_char * size).from_address(base + (pages - 1) * page - size)
        return np.frombuffer(buffer, dtype)

    for dtype in ("uint8", "float32", "float64"):
        f = nf.vectorize([f"{dtype}({dtype},{dtype})"])(plus)
        for count in (1, 2, 7, 15, 16, 17, 63, 64, 65, 127, 500):
            a, b, out = (at_the_end(count, dtype) for _ in range(3))
            a[:], b[:] = numbers(dtype, count), 1
            f(a, b, out=out)
            np.testing.assert_array_equal(out, a + b)


# ---- declared types


@pytest.mark.parametrize("form", ["float64(float64, int32)", "f8(f8,i4)", nf.float64(nf.float64, nf.int32), (nf.float64, nf.int32),
                                  ["float64(float64, int32)"], [nf.f8(nf.f8, nf.i4)], ["f8(f8, i4)", "f4(f4, f4)"]])  # fmt: skip
def test_forms_of_signatures(form):
    f = nf.vectorize(form)(plus)
    assert f.types[0] == "di->d" and f.ntypes == len(f.types) and not f.is_dynamic
    assert f(np.float64([1.5]), np.int32([2])).dtype == np.float64


SIGNATURES = [
    ["i8(i8,i8)", "f4(f4,f4)", "f8(f8,f8)"],
    ["f8(f8,f8)", "i8(i8,i8)"],
    ["u1(u1,u1)", "i2(i2,i2)", "f8(f8,f8)"],
    ["int16(float64,float64)"],
    ["b1(i4,i4)", "f4(f4,u2)"],
    ["f8(i8,f4)", "u8(u8,u8)", "f8(f8,f8)"],
]


@functools.cache
def declared(signatures):
    return nf.vectorize(list(signatures))(plus), numba.vectorize(list(signatures))(plus)


@pytest.mark.parametrize("signatures", SIGNATURES, ids=lambda s: " ".join(s))
@pytest.mark.parametrize("a", [*DTYPES, "float16", "complex64"])
def test_declared_types_are_found_as_numpy_finds_them(signatures, a):
    """The oracle is Numba's static ufunc, which is a NumPy ufunc with these loops."""
    ours, theirs = declared(tuple(signatures))
    assert ours.types == theirs.types
    for b in (*DTYPES, 2, 2.5, True, np.float32(2), 300):
        x, y = numbers(a, 8) if a not in ("float16", "complex64") else np.arange(8).astype(a), b
        if isinstance(b, str):
            y = numbers(b, 8, seed=1)
        try:
            with np.errstate(all="ignore"):
                want = theirs(x, y)
        except (TypeError, OverflowError) as error:
            with pytest.raises(type(error).__mro__[1] if isinstance(error, TypeError) and type(error) is not TypeError else type(error)):
                ours(x, y)
            continue
        for _ in range(2):  # the second call is a prepared one
            got = ours(x, y)
            assert got.dtype == want.dtype
            np.testing.assert_array_equal(got, want)


def test_the_result_is_cast_to_the_declared_type():
    f = nf.vectorize(["int16(float64)"])(lambda x: x * 1.5)
    x = np.array([1.0, 3.0, -3.0, 3001.0])
    want = numba.vectorize(["int16(float64)"])(lambda x: x * 1.5)(x)
    same(f(x), want)
    x[3] = 30000.0  # what no int16 holds wraps
    want = np.array([1, 4, -4, 45000 - 2**16])
    out = np.zeros(4)
    np.testing.assert_array_equal(f(x, out=out), want)  # to int16 first, then to what `out` has


def test_a_declared_dtype_of_the_result():
    f = nf.vectorize(dtype="float32")(plus)
    assert f(np.float64([1]), 2).dtype == np.float32


# ---- what ufuncs have


def test_attributes():
    @nf.vectorize(["f8(f8, f8)", "i8(i8, i8)"], identity=0)
    def add(a, b):
        """Adds."""
        return a + b

    theirs = numba.vectorize(["f8(f8, f8)", "i8(i8, i8)"], identity=0)(lambda a, b: a + b)
    for name in ("nin", "nout", "nargs", "ntypes", "types", "identity", "signature"):
        assert getattr(add, name) == getattr(theirs, name), name
    assert add.__name__ == "add" and add.__doc__ == "Adds." and add.py_func(1, 2) == 3
    assert "add" in repr(add) and nf.vectorize(plus).types == []
    assert nf.vectorize(identity="reorderable")(plus).identity is None


KEYWORDS = [
    {"where": np.arange(12).reshape(3, 4) % 2 == 0},
    {"where": np.array([True, False, True, True])},
    {"order": "F"},
    {"order": "C"},
    {"dtype": "float32"},
    {"dtype": np.float64, "casting": "unsafe"},
    {"casting": "no"},
    {"casting": "same_kind"},
    {"subok": False},
    {"signature": "dd->d"},
]


@pytest.mark.parametrize("keywords", KEYWORDS, ids=str)
@pytest.mark.parametrize("static", [True, False], ids=["static", "dynamic"])
def test_keywords_are_numpys(keywords, static):
    ours = nf.vectorize(["f4(f4,f4)", "f8(f8,f8)"] if static else None)(plus)
    x, y = numbers("float64", (3, 4)), numbers("float64", (3, 4), seed=1)
    given = dict(keywords)
    got_out, want_out = (np.full((3, 4), 7.0, given.get("dtype", "float64")) for _ in range(2))
    got, want = ours(x, y, out=got_out, **given), np.add(x, y, out=want_out, **given)
    assert got is got_out
    np.testing.assert_array_equal(got, want)
    if "where" not in given:
        got, want = ours(x, y, **given), np.add(x, y, **given)
        assert got.dtype == want.dtype and got.strides == want.strides
        np.testing.assert_array_equal(got, want)


def test_positional_outputs_and_tuples():
    x, out = np.arange(3.0), np.zeros(3)
    assert nf_plus(x, x, out) is out and nf_plus(x, x, out=(out,)) is out and nf_plus(x, x, out=None) is not out
    np.testing.assert_array_equal(out, x + x)
    assert nf_plus(x, x, None).tolist() == [0, 2, 4]


def test_subclasses_stay():
    class Metres(np.ndarray):
        pass

    x = np.arange(3.0).view(Metres)
    assert type(nf_plus(x, 1)) is Metres and type(nf_plus(1, x)) is Metres
    masked = np.ma.array([1.0, 2.0], mask=[False, True])
    assert type(nf_plus(masked, 1)) is type(numba.vectorize(["f8(f8,f8)"])(plus)(masked, 1))


def test_lists_and_foreign_byte_order():
    np.testing.assert_array_equal(nf_plus([1, 2], (3, 4)), [4, 6])
    x = np.arange(3, dtype=">f4")
    same(nf_plus(x, x), np.arange(3, dtype="f4") * 2)
    unaligned = np.frombuffer(b"\0" + np.arange(5.0).tobytes(), "float64", offset=1)
    np.testing.assert_array_equal(nf_plus(unaligned, 1), np.arange(5.0) + 1)


# ---- reductions and the like


@pytest.mark.parametrize("static", [True, False], ids=["static", "dynamic"])
@pytest.mark.parametrize("dtype", ["float64", "int64"])
@pytest.mark.parametrize("call", [
    lambda f, x: f.reduce(x),
    lambda f, x: f.reduce(x, axis=1),
    lambda f, x: f.reduce(x, axis=-1, keepdims=True),
    lambda f, x: f.reduce(x, 1, None, None, True, 3),
    lambda f, x: f.reduce(x, axis=None),
    lambda f, x: f.reduce(x, axis=(0, 2)),
    lambda f, x: f.reduce(x, axis=0, initial=5),
    lambda f, x: f.reduce(x, axis=1, where=x > 0, initial=0),
    lambda f, x: f.reduce(x, out=np.zeros(x.shape[1:])),
    lambda f, x: f.reduce(x[:0]),
    lambda f, x: f.reduce(x.T),
    lambda f, x: f.accumulate(x),
    lambda f, x: f.accumulate(x, axis=2),
    lambda f, x: f.accumulate(x[::-1, :, ::2], axis=-1),
    lambda f, x: f.reduceat(x, [0, 2, 1], axis=0),
    lambda f, x: f.reduceat(x.ravel(), [0, 10, 5, 30]),
    lambda f, x: f.outer(x[0], x[1, 0]),
    lambda f, x: f.outer(x[0, 0], 3),
    lambda f, x: f.outer(3, x[0, 0]),
])  # fmt: skip
def test_methods_are_numpys(call, dtype, static):
    f = nf.vectorize(["i8(i8,i8)", "f8(f8,f8)"] if static else None, identity=0)(plus)
    x = numbers(dtype, (4, 5, 6)).round()
    got, want = call(f, x), call(np.add, x)
    assert got.dtype == want.dtype and got.shape == want.shape and type(got) is type(want)
    np.testing.assert_array_equal(got, want)  # whole numbers: in any order


def test_folds_go_from_left_to_right():
    f, minus = nf.vectorize(plus), nf.vectorize(lambda a, b: a - b)
    x = np.random.default_rng(0).normal(size=1000).astype("float32")
    total = np.float32(x[0])
    for value in x[1:]:
        total = np.float32(total + value)
    assert f.reduce(x) == total and f.accumulate(x)[-1] == total
    assert minus.reduce([10, 1, 2]) == 7
    assert minus.accumulate([10, 1, 2]).tolist() == [10, 9, 7]


def test_small_integers_add_up_wide():
    x = np.full((3, 300), 200, "uint8")
    got = nf.vectorize(plus).reduce(x, axis=1)
    assert got.dtype == np.uint64 and got.tolist() == [60000] * 3
    assert nf.vectorize(plus).reduce(x, axis=1, dtype="uint8").tolist() == [60000 % 256] * 3
    assert nf.vectorize(plus).reduce(np.array([True, True])) == 2


@pytest.mark.parametrize("identity", [None, 0, 1, "reorderable"])
def test_identity_is_numbas(identity):
    ours, theirs = nf.vectorize(["i8(i8,i8)"], identity=identity)(plus), numba.vectorize(["i8(i8,i8)"], identity=identity)(plus)
    x = np.arange(6).reshape(2, 3)
    for call in (lambda f: f.reduce(x), lambda f: f.reduce(x, axis=None), lambda f: f.reduce(x[:, :0], axis=1)):
        try:
            want = call(theirs)
        except ValueError as error:
            with pytest.raises(ValueError) as raised:
                call(ours)
            assert str(raised.value).replace("plus", "f") == str(error).replace("plus", "f")
        else:
            np.testing.assert_array_equal(call(ours), want)


def test_at():
    for dtype in ("float64", "int32", "uint8"):
        got, want = np.zeros(5, dtype), np.zeros(5, dtype)
        indices, values = np.array([0, 1, 1, 1, 4, -1]), np.arange(6).astype(dtype)
        nf.vectorize(plus).at(got, indices, values)
        np.add.at(want, indices, values)
        np.testing.assert_array_equal(got, want)
        nf.vectorize(plus).at(got, [0, 0], 1)
        assert got[0] == want[0] + 2
    doubled = np.arange(4)
    nf.vectorize(lambda a: a * 2).at(doubled, [1, 1, 2])
    assert doubled.tolist() == [0, 4, 4, 3]
    static = np.zeros(3)
    nf.vectorize(["f8(f8,f8)"])(plus).at(static, [0, 0, 2], 1.0)
    assert static.tolist() == [2, 0, 1]


# ---- what raises


@pytest.mark.parametrize("form", [None, ["i8(i8)"]], ids=["dynamic", "static"])
@pytest.mark.parametrize("target", ["cpu", "parallel"])
def test_where_it_raises_the_element_stays_and_all_others_are_computed(form, target):
    f = nf.vectorize(form, target=target)(raising)
    x = np.arange(5000) % 7
    x[4000] = 1000
    want = np.where((x == 3) | (x > 100), -1, x * 2)
    for shape, step in (((5000,), 1), ((50, 100), 1), ((2500,), 2), ((100, 50), 1)):
        given = x[::step].reshape(shape)
        out = np.full(shape, -1)
        with pytest.raises(ValueError, match="three") as raised:
            f(given, out=out)
        assert raised.value.args == ("three",) and "raise ValueError" in raised.value.__notes__[0]
        np.testing.assert_array_equal(out, want[::step].reshape(shape))
    out = np.full(5000, -1)
    with pytest.raises(ValueError):
        f(x, out=out, where=x != 2)
    np.testing.assert_array_equal(out, np.where(x == 2, -1, want))
    y = x.copy()
    with pytest.raises(ValueError):
        f(y, out=y)
    np.testing.assert_array_equal(y, np.where(want == -1, x, want))
    with pytest.raises(KeyError):
        f(np.array([1, 1000, 3]))  # the first one counts
    assert f(np.array([1])).tolist() == [2]


def test_folds_that_raise_leave_the_element_out():
    @nf.vectorize
    def add_small(a, b):
        if b > 10:
            raise OverflowError("large")
        return a + b

    out = np.zeros((), "int64")
    with pytest.raises(OverflowError):
        add_small.reduce(np.array([1, 2, 50, 3]), out=out)
    assert out == 6
    assert add_small.reduce(np.array([1, 2, 3])) == 6


# ---- copies, caches, threads


def test_pickles():
    for f in (nf.vectorize(plus), nf.vectorize(["f8(f8,f8)"], identity=1, target="parallel")(plus)):
        g = pickle.loads(pickle.dumps(f))
        assert type(g) is nf.UFunc and g.identity == f.identity and g.types == f.types and g.__name__ == "plus"
        assert g(1.0, 2.0) == 3 and g.reduce(np.arange(3.0)) == f.reduce(np.arange(3.0))


@pytest.mark.parametrize("target", ["cpu", "parallel"])
@pytest.mark.parametrize("dtype", ["float64", "uint8"])
def test_large_arrays(dtype, target):
    """Past the cache, on all threads."""
    f = nf.vectorize([f"{dtype}({dtype},{dtype},{dtype})"], target=target)(fused)
    x, y, z = (numbers(dtype, 5_000_003, seed) for seed in range(3))
    want = x * y + z
    np.testing.assert_array_equal(f(x, y, z), want)
    np.testing.assert_array_equal(f(x[1:], y[1:], z[:-1]), x[1:] * y[1:] + z[:-1])
    np.testing.assert_array_equal(f(x, 3, z), x * np.array(3, dtype) + z)
    np.testing.assert_array_equal(f(x[::2], y[::2], z[::2]), want[::2])


def test_first_calls_from_many_threads():
    from concurrent.futures import ThreadPoolExecutor

    f, x = nf.vectorize(fused), np.arange(1000.0)
    with ThreadPoolExecutor(16) as pool:
        for got in pool.map(lambda _: f(x, x, x), range(64)):
            np.testing.assert_array_equal(got, x * x + x)


def test_code_is_cached_on_disk(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import nearfield as nf, numpy as np\n@nf.vectorize(cache=True)\ndef f(a):\n    return a * 3 + 1\n"
        "f(np.arange(10))\ninfo = nf.cache_info()\nprint(info['hits'], info['stored'])\n"
    )
    env = os.environ | {"NEARFIELD_CACHE_DIR": str(tmp_path / "cache")}
    runs = [subprocess.run([sys.executable, program], env=env, capture_output=True, text=True, check=True).stdout.split() for _ in range(2)]
    assert int(runs[0][1]) > 0 and int(runs[1][0]) > 0 and int(runs[1][1]) == 0


# ---- other kernels


def test_kernels_call_ufuncs_as_functions_of_numbers():
    @nf.jit
    def total(x):
        s = 0.0
        for v in x:
            s += nf_ratio(v, 2)
        return s

    @nf.stencil
    def smooth(x):
        return nf_plus(x[-1], x[1])

    assert total(np.arange(4.0)) == 3.0
    np.testing.assert_array_equal(smooth(np.arange(5)), [0, 2, 4, 6, 0])


def test_ufuncs_call_kernels_and_constants():
    factor = 3

    @nf.jit
    def helper(x):
        return x * factor

    f = nf.vectorize(lambda a: helper(a) + nf_plus(a, 1))
    np.testing.assert_array_equal(f(np.arange(3)), [1, 5, 9])


@nf.jit
def step(a):
    if a < 0:
        return -1
    if a > 50:
        return a * 2
    total = 0
    for i in range(3):
        total += a + i
    return total


@nf.jit
def twice(a):
    return step(step(a)) if a > 10 else step(a)


def test_what_is_called_is_vectorised_too():
    """Functions with several returns, loops and calls of their own become part of the ufunc or stencil."""
    x = numbers("int32", 1000)
    want = [twice.py_func(int(a)) + step.py_func(int(a) - 5) for a in x]
    ufunc = nf.vectorize(lambda a: twice(a) + step(a - 5))

    @nf.stencil
    def stencil(x):
        return twice(x[0]) + step(x[0] - 5)

    np.testing.assert_array_equal(ufunc(x), want)
    np.testing.assert_array_equal(stencil(x), want)
    for kernel in (ufunc, stencil):
        assert "explicit vectors" in str(kernel.explain("int32[:]"))


def test_what_is_called_may_raise():
    @nf.jit
    def checked(a):
        if a > 90:
            raise ValueError("too much")
        return a

    f, x = nf.vectorize(lambda a: checked(a) * 2), numbers("int32", 1000)
    out = np.full(1000, -1)
    with pytest.raises(ValueError, match="too much"):
        f(x, out=out)
    np.testing.assert_array_equal(out, np.where(x > 90, -1, x * 2))


def test_whole_arrays_in_jitted_functions():
    @nf.jit
    def both(x, y):
        return nf_plus(x, y) - nf_ratio(x, 4)

    x, y = numbers("float64", (30, 40)), numbers("float64", (30, 40), seed=1)
    np.testing.assert_array_equal(both(x, y), (x + y) - x / 4)
    with pytest.raises(ValueError, match="shape"):
        both(x, y[1:])
    np.testing.assert_array_equal(both(x, y[0]), (x + y[0]) - x / 4)


def test_loops_and_branches_in_the_function():
    x, y = numbers("int32", 100), numbers("int32", 100, seed=1)
    want = [branchy(int(a), int(b)) for a, b in zip(x, y)]
    np.testing.assert_array_equal(nf_branchy(x, y), want)


def test_default_arguments_are_not_used():
    f = nf.vectorize(lambda a, b=5: a + b)
    assert f.nin == 2 and f(1, 2) == 3
    with pytest.raises(TypeError):
        f(1)


# ---- other arrays


def test_dask_arrays_in_any_position():
    da = pytest.importorskip("dask.array")
    x = np.arange(20.0).reshape(4, 5)
    lazy = da.from_array(x, chunks=(2, 3))
    for got, want in ((nf_plus(lazy, x), x + x), (nf_plus(x, lazy), x + x), (nf_plus(1.0, lazy), 1 + x), (nf_fused(x, 2.0, lazy), x * 2 + x)):
        assert isinstance(got, da.Array) and got.dtype == want.dtype
        np.testing.assert_array_equal(got.compute(), want)
    np.testing.assert_array_equal(lazy.map_blocks(nf_plus, lazy).compute(), x + x)
    from dask.base import tokenize

    assert tokenize(nf_plus) == tokenize(pickle.loads(pickle.dumps(nf_plus)))


def test_xarray_keeps_its_names():
    xr = pytest.importorskip("xarray")
    x = xr.DataArray(np.arange(6.0).reshape(2, 3), dims=("y", "x"), coords={"x": [10, 20, 30]})
    for got in (nf_plus(x, 1.0), nf_plus(1.0, x), xr.apply_ufunc(nf_plus, x, 1.0)):
        assert isinstance(got, xr.DataArray) and got.dims == ("y", "x") and got.x.values.tolist() == [10, 20, 30]
        np.testing.assert_array_equal(got.values, x.values + 1)


def test_pandas_series():
    pd = pytest.importorskip("pandas")

    @nf.vectorize
    def add(a, b):  # a name that pandas takes for an operator of its own
        return a + 2 * b

    s = pd.Series([1.0, 2.0, 3.0], index=list("abc"), name="s")
    for got in (add(s, 10.0), add(s, np.full(3, 10.0))):
        assert isinstance(got, pd.Series) and list(got.index) == list("abc")
        assert got.tolist() == [21, 22, 23]
    assert add(1.0, s).tolist() == [3, 5, 7]
    assert add.reduce(s) == 11


def test_libraries_that_know_ufuncs_by_name():
    """They would take one called `add` for NumPy's, as CuPy does."""

    class Other:
        def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
            return getattr(np, ufunc.__name__, ufunc)(1.0, 2.0), pickle.loads(pickle.dumps(ufunc))(1.0, 2.0), method

    @nf.vectorize
    def add(a, b):
        return a + 2 * b

    assert add(Other(), 2) == (5, 5, "__call__")
    assert add.reduce(Other())[2] == "reduce" and add.outer(1, Other())[2] == "outer"


def test_arrays_on_a_gpu_are_refused_by_name():
    class OnGpu:
        __cuda_array_interface__ = {"shape": (3,), "typestr": "<f8", "data": (1, False), "version": 3}
        __array_ufunc__ = lambda self, *args, **keywords: NotImplemented  # noqa: E731

    with pytest.raises(NotImplementedError, match="on a GPU"):
        nf_plus(np.zeros(3), OnGpu())


def test_lazy_arrays_stay_lazy():
    image = np.arange(12, dtype="uint8").reshape(3, 4)
    double = nf.vectorize(lambda a: a * 2)
    lazy = double(nf.from_array(image))
    assert isinstance(lazy, nf.Array) and lazy.dtype == np.int64 and lazy.shape == (3, 4)
    np.testing.assert_array_equal(lazy.compute(), image * 2)
    mixed = nf_plus(1, nf.from_array(image))
    assert mixed.dtype == np.int64
    np.testing.assert_array_equal(mixed.compute(), image.astype("int64") + 1)


def test_several_lazy_arrays_are_broadcast():
    stack, row = numbers("uint8", (5, 6, 7)), numbers("float32", 7)
    for args in ((nf.from_array(stack), row, 2), (2, nf.from_array(stack), nf.from_array(row)), (nf.from_array(row), 3.0, stack[0])):
        got = nf_fused(*args)
        in_memory = [a.compute() if isinstance(a, nf.Array) else a for a in args]
        want = nf_fused(*in_memory)
        assert isinstance(got, nf.Array) and got.dtype == want.dtype and got.shape == want.shape
        np.testing.assert_array_equal(got.compute(), want)
    smooth = nf.stencil(lambda x: x[-1, 0] + x[1, 0])
    x = nf.from_array(stack)
    np.testing.assert_array_equal(nf_plus(smooth(x), x).compute(), smooth(stack) + stack.astype("int64"))


# ---- mistakes


def test_numpys_errors_for_wrong_calls():
    x = np.arange(3.0)
    for ours in (nf.vectorize(["f8(f8,f8)"])(plus), nf_plus):
        for call in (
            lambda f: f(x, np.arange(4.0)),
            lambda f: f(x, x, out=np.zeros(4)),
            lambda f: f(x, x[:, None], out=np.zeros(3)),
            lambda f: f(x, x, out=np.zeros((3, 1))),
            lambda f: f(x, x, out=np.zeros(3, "int64")),
            lambda f: f(x, x, out=[1]),
            lambda f: f(x, x, x, x),
            lambda f: f(x, x, out=(x, x)),
            lambda f: f(x, x, x, out=x),
            lambda f: f(x, x, nonsense=1),
            lambda f: f(x, x, out=np.broadcast_to(1.0, 3)),
        ):
            try:
                call(np.add)
            except Exception as error:
                wanted = error
            with pytest.raises(type(wanted)) as raised:
                call(ours)
            assert str(raised.value).strip() == str(wanted).replace("add", "plus").strip()


def test_half_floats_are_widened_in_every_call():
    """Prepared calls do not know them; they leave them to the calls that do."""

    @nf.vectorize
    def add(a, b):
        return a + b

    @nf.guvectorize("(n),()->(n)")
    def scale(x, s):
        return x * s

    x, half = np.arange(4.0), np.float16(2)
    for _ in range(3):
        np.testing.assert_array_equal(add(x, half), x + 2)
        np.testing.assert_array_equal(scale(x, half), x * 2)
        np.testing.assert_array_equal(add(x, 2.0), scale(x, 2.0) - x + 2)


def test_at_leaves_read_only_memory_alone():
    """NumPy's does not: on a file that is mapped for reading it ends the process."""

    def add(a, b):
        return a + b

    memory = bytes(16)
    x = np.frombuffer(memory)
    for f in nf.vectorize(add), nf.vectorize(["float64(float64, float64)"])(add), nf.guvectorize("(),()->()")(add):
        with pytest.raises(ValueError, match="read-only"):
            f.at(x, [0], 1.0)
    assert memory == bytes(16)


def test_a_ufunc_without_its_kernel_does_not_crash():
    f = nf.vectorize(lambda a: a + 1)
    f.kernel = None
    with pytest.raises(Exception):
        f(1.0)
