"""What kernels of generalised ufuncs see and do: layouts, outputs that are stored or returned, written inputs, raises."""

import pickle

import numba
import numpy as np
import pytest

import nearfield as nf


def refused(call, *words, kind=nf.CompileError):
    with pytest.raises(kind) as error:
        call()
    for word in words:
        assert word in str(error.value), str(error.value)


X = np.arange(24.0).reshape(2, 3, 4)


# ---- layouts


@nf.guvectorize(["f8[:], f8[:], f8[:]"], "(3),(3)->(3)")
def cross(a, b, out):
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        out[i] = a[j] * b[k] - a[k] * b[j]


def test_a_fixed_size():
    a, b = np.random.default_rng(0).random((2, 5, 1, 3))
    for _ in range(2):
        np.testing.assert_allclose(cross(a, b.swapaxes(0, 1)), np.cross(a, b.swapaxes(0, 1)))
    with pytest.raises(ValueError, match=r"mismatch in its core dimension 0, with gufunc signature \(3\),\(3\)->\(3\)"):
        cross(np.zeros(4), np.zeros(4))


@nf.guvectorize("(n)->(2)")
def extremes(x):
    low, high = x[0], x[0]
    for v in x:
        low, high = min(low, v), max(high, v)
    both = np.zeros(2, x.dtype)
    both[0] = low
    both[1] = high
    return both


def test_a_fixed_size_of_the_output_alone():
    got = extremes(X.astype("i2"))
    assert got.dtype == np.int16
    np.testing.assert_array_equal(got, np.stack([X.min(-1), X.max(-1)], -1))


@nf.guvectorize(["f8[:,:], f8[:,:], f8[:,:]"], "(m?,n),(n,p?)->(m?,p?)")
def matmul(a, b, out):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            total = 0.0
            for k in range(a.shape[1]):
                total += a[i, k] * b[k, j]
            out[i, j] = total


@pytest.mark.parametrize("shapes", [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((5, 2, 3), (3, 4)), ((5, 1, 2, 3), (6, 3, 1))])
def test_optional_dimensions_are_as_matmul_has_them(shapes):
    a, b = (np.random.default_rng(i).random(shape) for i, shape in enumerate(shapes))
    for _ in range(2):
        got, wanted = matmul(a, b), np.matmul(a, b)
        assert got.shape == wanted.shape and type(got) is type(wanted)
        np.testing.assert_allclose(got, wanted)
    with pytest.raises(ValueError, match="core dimension"):
        matmul(np.zeros((2, 3)), np.zeros((4, 5)))


@nf.guvectorize(["f8[:], f8"], "(n),()", writable_args=(0,))
def scale_in_place(x, factor):
    for i in range(x.shape[0]):
        x[i] *= factor


@numba.guvectorize(["f8[:], f8"], "(n),()", writable_args=(0,))
def numba_scale_in_place(x, factor):
    for i in range(x.shape[0]):
        x[i] *= factor


def test_no_outputs():
    for scale in (scale_in_place, numba_scale_in_place):
        x = X.copy()
        for _ in range(2):
            assert scale(x, 2.0) == ()
        np.testing.assert_array_equal(x, 4 * X)
    assert (scale_in_place.nin, scale_in_place.nout) == (2, 0)


def test_white_space_means_nothing():
    f = nf.guvectorize(["f8[:], f8[:]"], " ( n ) ->\t( n ) ")(lambda_free_copy)
    assert f.signature == "(n)->(n)"
    np.testing.assert_array_equal(f(X), X)


def lambda_free_copy(x, out):
    out[:] = x


# ---- writable inputs


def test_writes_into_casts_come_back():
    for scale in (scale_in_place, numba_scale_in_place):
        for dtype in ("f4", "i4", ">f8"):
            x = X.astype(dtype)
            scale(x, 2.0)
            np.testing.assert_array_equal(x, 2 * X)


def test_what_may_not_be_written():
    readonly = X.copy()
    readonly.flags.writeable = False
    for scale in (scale_in_place, numba_scale_in_place):
        with pytest.raises(ValueError, match="operand array with iterator write flag set is read-only"):
            scale(readonly, 2.0)
        with pytest.raises(ValueError, match="output operand requires a reduction"):
            scale(np.zeros(2), np.arange(3.0))
    np.testing.assert_array_equal(readonly, X)
    with pytest.raises(TypeError, match="input 0 is written, so it must be an array, not list"):
        scale_in_place([1.0, 2.0], 2.0)


def test_writable_args_by_name():
    @nf.guvectorize("(n),(n)->()", writable_args=("b", 0))
    def swap(a, b, count):
        for i in range(a.shape[0]):
            a[i], b[i] = b[i], a[i]
        count[0] = a.shape[0]

    a, b = np.arange(6).reshape(2, 3), np.arange(6, 12).reshape(2, 3)
    np.testing.assert_array_equal(swap(a, b), [3, 3])
    np.testing.assert_array_equal(a, np.arange(6, 12).reshape(2, 3))
    np.testing.assert_array_equal(b, np.arange(6).reshape(2, 3))
    again = pickle.loads(pickle.dumps(swap))
    again(a, b)
    np.testing.assert_array_equal(a, np.arange(6).reshape(2, 3))


@pytest.mark.parametrize("bad", [(5,), (-1,), ("q",), (1.5,)])
def test_wrong_writable_args_are_numbas_errors(bad):
    def f(a, out):
        out[0] = a[0]

    def make(module):
        module.guvectorize(["f8[:], f8[:]"], "(n)->()", writable_args=bad)(f)

    with pytest.raises(Exception) as wanted:
        make(numba)
    with pytest.raises(type(wanted.value)) as got:
        make(nf)
    assert str(got.value)[:40] == str(wanted.value)[:40]


def test_inputs_are_not_written_without_a_word():
    @nf.guvectorize(["f8[:], f8[:]"], "(n)->()")
    def f(a, out):
        a[0] = 1.0
        out[0] = a[0]

    refused(lambda: f(X), "`a` may not be written", 'writable_args=("a",)', "a[0] = 1.0", "^^^^")


# ---- outputs


def test_forgotten_stores_are_errors():
    @nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)")
    def name(x, out):
        out = x

    @nf.guvectorize(["f8, f8"], "()->()")
    def number(x, out):
        out = x

    @nf.guvectorize(["f8[:], f8"], "(n)->()")
    def stored_into_a_number(x, out):
        out[0] = x[0]

    refused(lambda: name(X), "the output `out` is never written", "`out[:] = ...`", "def name(x, out)", "^^^")
    refused(lambda: number(X), "the output `out` is never written", "give it an array type", "^^^")
    refused(lambda: stored_into_a_number(X), "^^^")


@nf.guvectorize("(n)->(n)")
def some(x, out):
    for i in range(x.shape[0]):
        if x[i] > 2:
            out[i] = x[i]


@nf.guvectorize("(n)->()")
def total(x, out):
    for v in x:
        out[0] += v


def test_new_outputs_begin_with_zeros():
    """Also in the second call, in any memory order, and where NumPy allocates."""
    for _ in range(3):
        np.full((50, 4), 7.0)  # memory that the next arrays may get
        np.testing.assert_array_equal(some(X), np.where(X > 2, X, 0))
        np.testing.assert_array_equal(some(X, order="F"), np.where(X > 2, X, 0))
        np.testing.assert_array_equal(some(X, axis=0), np.where(X > 2, X, 0))
        np.testing.assert_array_equal(total(X), X.sum(-1))
        np.testing.assert_array_equal(total(X, axis=1), X.sum(1))


def test_given_outputs_keep_what_is_not_stored():
    """As Numba's do; also where the kernel works on a copy of another dtype."""
    for dtype in ("f8", "f4", ">f8"):
        for _ in range(2):
            out = np.full(X.shape, -1.0, dtype)
            some(X, out)
            np.testing.assert_array_equal(out, np.where(X > 2, X, -1))
            sums = np.full(X.shape[:2], 10.0, dtype)
            total(X, out=sums)
            np.testing.assert_array_equal(sums, 10 + X.sum(-1))


def copy(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i]


def product(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i] * x[i]


def half(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i] / 2


def positive(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i] > 0


def two_stores(x, out):
    for i in range(x.shape[0]):
        if x[i] > 1:
            out[i] = 1
        else:
            out[i] = x[i]


def doubled_in_place(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i]
        out[i] += out[i]


def bits(x, out):
    for i in range(x.shape[0]):
        out[i] = 0
        out[i] = out[i] | 5


def through_a_call(x, out):
    fill(x, out)


@nf.jit
def fill(x, out):
    for i in range(x.shape[0]):
        out[i] = x[i] + x[i]


RESULTS = [
    (copy, {"i1": "i1", "u8": "u8", "f4": "f4", "?": "?"}),
    (product, {"i1": "i8", "u1": "u8", "f4": "f4", "f8": "f8", "?": "i8"}),
    (half, {"i1": "f8", "f4": "f8", "u8": "f8"}),
    (positive, {"i1": "?", "f8": "?"}),
    (two_stores, {"i1": "i8", "f4": "f8", "u8": "f8"}),
    (doubled_in_place, {"i1": "i8", "u1": "u8", "f4": "f4"}),
    (bits, {"i1": "i8"}),
    (through_a_call, {"i1": "i8", "u1": "u8", "f4": "f4"}),
]


@pytest.mark.parametrize(("function", "dtypes"), RESULTS, ids=[f.__name__ for f, _ in RESULTS])
def test_results_have_the_dtype_of_what_is_stored(function, dtypes):
    """Arithmetic by Numba's rules, several stores unified, whatever the output holds by then."""
    f = nf.guvectorize("(n)->(n)")(function)
    for dtype, wanted in dtypes.items():
        x = np.array([[0, 1, 2], [1, 1, 0]]).astype(dtype)
        got = f(x)
        assert got.dtype == wanted, dtype
        expected = np.empty(x.shape, wanted)
        for row, target in zip(x, expected):
            function(row.astype(wanted) if wanted != "?" else row, target)
        np.testing.assert_array_equal(got, expected)
        assert f.result_types(x.dtype) == (np.dtype(wanted),)


def test_given_outputs_are_what_the_kernel_sees():
    """Without types, as in Numba's dynamic gufuncs: each store is a C cast."""

    def running(x, out):
        s = 0
        for i in range(x.shape[0]):
            s += x[i]
            out[i] = s * 100

    ours = nf.guvectorize("(n)->(n)")(running)
    x = np.arange(12).reshape(3, 4)
    for dtype in ("i1", "u1", "i4", "f4", "f8"):
        theirs = numba.guvectorize("(n)->(n)")(running)  # a new one, which knows no other loop yet
        for _ in range(2):
            got, wanted = np.zeros(x.shape, dtype), np.zeros(x.shape, dtype)
            ours(x, got)
            theirs(x, wanted)
            np.testing.assert_array_equal(got, wanted)
    with pytest.raises(TypeError, match="Cannot cast ufunc 'running' output"):
        ours(x, out=np.zeros(x.shape, "i1"), casting="safe")


def test_kernels_that_return():
    @nf.guvectorize("(n)->(n),()")
    def centred(x):
        mean = 0.0
        for v in x:
            mean += v
        mean /= x.shape[0]
        return x - mean, mean

    @nf.guvectorize(["f4, f4, f4"], "(),()->()")
    def larger(a, b):
        return a if a > b else b

    for _ in range(2):
        got, mean = centred(X)
        np.testing.assert_allclose(mean, X.mean(-1))
        np.testing.assert_allclose(got, X - X.mean(-1, keepdims=True))
        one, number = centred(X[0, 0])
        assert one.shape == (4,) and isinstance(number, np.float64)
        assert larger(np.float32(1), np.float32(2)).dtype == np.float32
        np.testing.assert_array_equal(larger(np.arange(3, dtype="f4"), np.float32(1)), [1, 1, 2])


def test_a_number_that_is_returned_fills_its_core():
    @nf.guvectorize("(n)->(n)")
    def largest_everywhere(x):
        return np.max(x)

    @nf.guvectorize("(n)->(n)")
    def first_everywhere(x):
        return x[0]

    for _ in range(2):
        np.testing.assert_array_equal(largest_everywhere(X), np.broadcast_to(X.max(-1, keepdims=True), X.shape))
        np.testing.assert_array_equal(first_everywhere(X), np.broadcast_to(X[..., :1], X.shape))


def test_what_is_returned_must_fit():
    @nf.guvectorize("(n)->(n)")
    def two(x):
        return x, x

    @nf.guvectorize("(n)->(n)")
    def longer(x):
        return np.zeros(x.shape[0] + 1)

    @nf.guvectorize("(n)->()")
    def array(x):
        return x

    refused(lambda: two(X), "`two` returns 2 values, and its layout (n)->(n) has 1 output", "^^^^")
    refused(lambda: longer(X), "array of shape (5,), its output has the core shape (4,)", kind=ValueError)
    refused(lambda: array(X), "`array` returns", "as output 0, which has 0 core dimensions in (n)->()", "^")


def test_a_stencil_of_several_results():
    @nf.stencil
    def gradient(x):
        return x[0, 1] - x[0, -1], x[1, 0] - x[-1, 0]

    f = nf.guvectorize("(n,m)->(n,m),(n,m)")(gradient)
    typed = nf.guvectorize(["f8[:,:], f4[:,:], f4[:,:]"], "(n,m)->(n,m),(n,m)")(gradient)
    x = np.random.default_rng(1).random((3, 7, 8))
    for _ in range(2):
        for got, wanted, narrow in zip(f(x), gradient(x), typed(x)):
            np.testing.assert_array_equal(got, wanted)
            np.testing.assert_array_equal(narrow, wanted.astype("f4"))
        outs = np.full((2, 3, 7, 8), 9.0)
        f(x, out=tuple(outs))
        np.testing.assert_array_equal(outs, np.stack(gradient(x)))
    refused(lambda: nf.guvectorize("(n,m)->(n,m)")(gradient)(x), "makes 2 arrays", kind=TypeError)


def test_a_stencil_with_a_number_for_each_image():
    @nf.stencil
    def brighter(x, by):
        return x[0, 0] + x[0, 1] * by

    f = nf.guvectorize("(n,m),()->(n,m)")(brighter)
    x, by = np.random.default_rng(1).random((3, 4, 5)), np.array([1.0, 2.0, 3.0])
    for _ in range(2):
        np.testing.assert_array_equal(f(x, by), np.stack([brighter(a, b) for a, b in zip(x, by)]))
        np.testing.assert_array_equal(f(x, 2.0), brighter(x, 2.0))


def test_contiguous_in_a_signature_holds_for_every_array():
    """Numba reads strided arrays as if they were contiguous."""

    @nf.guvectorize(["f8[::1], f8[::1]"], "(n)->(n)")
    def f(x, out):
        for i in range(x.shape[0]):
            out[i] = 2 * x[i]

    wide = np.arange(40.0).reshape(2, 20)
    for _ in range(2):
        for x in (wide, wide[:, ::2], wide[:, ::-1], wide.T):
            out = np.zeros(x.shape[::-1]).T[:, ::-1]
            np.testing.assert_array_equal(f(x), 2 * x)
            np.testing.assert_array_equal(f(x, out), 2 * x)
    np.testing.assert_array_equal(f(np.broadcast_to(np.float64(3), (2, 5))), np.full((2, 5), 6.0))


def test_a_number_typed_as_an_array():
    @nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n),()->()")
    def f(x, n, out):
        out[()] = x[0] + n[0]

    for _ in range(2):
        np.testing.assert_array_equal(f(X, np.arange(3.0)), X[:, :, 0] + np.arange(3))
        np.testing.assert_array_equal(f(X, 2.0), X[:, :, 0] + 2)


def test_an_output_that_is_an_input():
    @nf.guvectorize(["f8[:], f8[:]"], "(n)->(n)")
    def reverse(x, out):
        for i in range(x.shape[0]):
            out[i] = x[x.shape[0] - 1 - i]

    for shift in (0, 1):
        memory = np.arange(9.0)
        x, out = memory[: 9 - shift], memory[shift:]
        wanted = x[::-1].copy()
        for _ in range(2):
            memory[:] = np.arange(9.0)
            reverse(x, out=out)
            np.testing.assert_array_equal(out, wanted)


# ---- raises


@nf.guvectorize("(n)->()")
def checked(x, out):
    if x[0] > 2:
        raise ValueError("too large")
    out[0] = x[0]


@numba.guvectorize(["f8[:], f8[:]"], "(n)->()")
def numba_checked(x, out):
    if x[0] > 2:
        raise ValueError("too large")
    out[0] = x[0]


def test_a_raise_ends_the_call_and_keeps_what_is_done():
    x = np.arange(5.0)[:, None]
    for f in (checked, numba_checked):
        for _ in range(2):
            out = np.full(5, -1.0)
            with pytest.raises(ValueError, match="too large"):
                f(x, out)
            np.testing.assert_array_equal(out, [0, 1, 2, -1, -1])
    out = np.full((5, 2), -1.0, "f4")  # by way of a copy
    with pytest.raises(ValueError):
        checked(np.broadcast_to(x[:, None], (5, 2, 1)), out)
    assert (out[3:] == -1).all()


def test_the_exception_has_its_line():
    for _ in range(2):
        with pytest.raises(ValueError) as error:
            checked(np.arange(5.0)[:, None])
        assert error.value.args[0].startswith("too large") and 'raise ValueError("too large")' in str(error.value.args) + "".join(error.value.__notes__)


def test_division_by_zero_is_numpys():
    f = nf.guvectorize("(n),(n)->(n)")(lambda_free_divide)
    np.testing.assert_array_equal(f(np.array([1.0, 0.0]), np.zeros(2)), [np.inf, np.nan])
    np.testing.assert_array_equal(nf.guvectorize("(n),(n)->(n)")(lambda_free_floor)(np.array([1, 0]), np.zeros(2, int)), [0, 0])


def lambda_free_divide(x, y, out):
    for i in range(x.shape[0]):
        out[i] = x[i] / y[i]


def lambda_free_floor(x, y, out):
    for i in range(x.shape[0]):
        out[i] = x[i] // y[i]


# ---- parallel


@pytest.mark.parametrize("signatures", [None, ["f8[:], f8[:], f8[:]"]], ids=["dynamic", "static"])
def test_parallel(signatures):
    def f(x, y, out):
        for i in range(x.shape[0]):
            out[i] = x[i] + 2 * y[i]

    args = ("(n),(n)->(n)",) if signatures is None else (signatures, "(n),(n)->(n)")
    parallel = nf.guvectorize(*args, target="parallel")(f)
    x, y = np.random.default_rng(0).random((2, 300, 7, 33))
    for _ in range(2):
        np.testing.assert_array_equal(parallel(x, y[0]), x + 2 * y[0])
        np.testing.assert_array_equal(parallel(x.swapaxes(0, 1), y.swapaxes(0, 1)), (x + 2 * y).swapaxes(0, 1))
        np.testing.assert_array_equal(parallel(x, y, axis=0), x + 2 * y)


def test_a_raise_in_parallel():
    parallel = nf.guvectorize("(n)->()", target="parallel")(checked.py_func)
    for _ in range(2):
        with pytest.raises(ValueError, match="too large"):
            parallel(np.arange(500.0)[:, None])


# ---- layouts without core dimensions


@nf.guvectorize(["i8, i8, i8[:]", "f8, f8, f8[:]"], "(),()->()", identity=0)
def add(a, b, out):
    out[0] = a + b


@nf.guvectorize("(),()->()", identity="reorderable")
def dynamic_add(a, b, out):
    out[0] = a + b


@numba.guvectorize(["i8, i8, i8[:]", "f8, f8, f8[:]"], "(),()->()", identity=0)
def numba_add(a, b, out):
    out[0] = a + b


def test_layouts_without_core_dimensions_are_plain_ufuncs():
    for f in (add, numba_add):
        assert f.signature is None and f.identity == 0
        assert f.reduce(np.arange(5)) == 10 and f.reduce(X).tolist() == np.add.reduce(X).tolist()
        assert f.reduce(np.arange(1000.0)[::-2]) == np.arange(1000.0)[::-2].sum()
        assert f.reduce(X, axis=(0, 1), keepdims=True).shape == (1, 1, 4)
        assert f.reduce(np.zeros(0)) == 0
        assert f.accumulate(np.arange(5)).tolist() == [0, 1, 3, 6, 10]
        assert f.reduceat(np.arange(6), [0, 2, 4]).tolist() == [1, 5, 9]
        assert f.outer(np.arange(3), np.arange(2)).tolist() == [[0, 1], [1, 2], [2, 3]]
        x = np.arange(4)
        f.at(x, [0, 0, 1], 10)
        assert x.tolist() == [20, 11, 2, 3]
    with pytest.raises(ValueError, match="zero-size array to reduction operation dynamic_add which has no identity"):
        dynamic_add.reduce(np.zeros(0))
    for dtype in ("u1", "i4", "f4"):
        got = dynamic_add.reduce(X.astype(dtype), axis=(0, 1))
        np.testing.assert_array_equal(got, X.sum((0, 1)))
        assert dynamic_add.outer(X[0].astype(dtype), X[1].astype(dtype)).shape == (3, 4, 3, 4)
        assert dynamic_add.accumulate(X.astype(dtype), axis=1).shape == X.shape
    assert dynamic_add.identity is None and dynamic_add.signature is None
    with pytest.raises(ValueError, match="is not reorderable, so at most one axis"):
        nf.guvectorize("(),()->()")(add.py_func).reduce(X, axis=(0, 1))
    with pytest.raises(ValueError, match="Invalid identity value 2"):
        nf.guvectorize("(),()->()", identity=2)


def test_parallel_reductions():
    f = nf.guvectorize("(),()->()", target="parallel", identity=0)(add.py_func)
    x = np.arange(100_000)
    for _ in range(2):
        assert f.reduce(x) == x.sum()
        np.testing.assert_array_equal(f.accumulate(x), np.cumsum(x))
        np.testing.assert_array_equal(f(x, x), 2 * x)
        y = x.copy()
        f(y, 1, out=y)
        np.testing.assert_array_equal(y, x + 1)
        f(y[:-1], y[1:], out=y[1:])
        np.testing.assert_array_equal(y[1:], x[:-1] + x[1:] + 2)


@pytest.mark.parametrize("signatures", [None, ["f8, f8[:]"]], ids=["dynamic", "static"])
def test_an_element_that_is_not_stored_is_zero(signatures):
    def f(x, out):
        if x > 2:
            out[0] = x

    args = ("()->()",) if signatures is None else (signatures, "()->()")
    some_elements = nf.guvectorize(*args)(f)
    for _ in range(2):
        for out in (None, np.full(X.shape, -1.0), np.full(X.shape, -1.0, ">f8")):
            np.testing.assert_array_equal(some_elements(X, out=out), np.where(X > 2, X, 0))
        x = X.copy()
        some_elements(x, out=x)
        np.testing.assert_array_equal(x, np.where(X > 2, X, 0))


def test_where_belongs_to_plain_ufuncs():
    """Without core dimensions NumPy takes `where=`, and so it is here."""
    out = np.full(4, -1)
    add(np.arange(4), 1, out=out, where=np.arange(4) > 1)
    assert out.tolist() == [-1, -1, 3, 4]


@pytest.mark.parametrize("count", [7, 8, 9])
def test_cores_have_at_most_seven_dimensions(count):
    """Arrays have eight, and a row of cores is one of them."""
    source = f"def corner(x, out):\n    out[()] = x[{', '.join('0' * count)}]\n"
    scope = {}
    exec(source, scope)
    layout, x = f"({','.join('abcdefghi'[:count])})->()", np.full((1,) * count, 3.0)
    f = nf.guvectorize([(nf.float64[(slice(None),) * count], nf.float64[:])], layout, source=source)(scope["corner"])
    if count == 7:
        assert f(x) == 3
    else:
        with pytest.raises(ValueError, match="at most 7 core dimensions"):
            f(x)
