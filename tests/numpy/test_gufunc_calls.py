"""Calls of generalised ufuncs, line by line beside Numba's and NumPy's own: what comes back, what is refused, and how."""

import numba
import numpy as np
import pytest

import nearfield as nf


def outcome(call):
    """What a call gives, or the class and the words of what it raises."""
    try:
        result = call()
    except Exception as error:
        return type(error), str(error)
    parts = result if isinstance(result, tuple) else (result,)
    return [(type(part), part.dtype, part.shape, part.strides if part.size else None, part.tolist()) for part in parts]


def pair(signatures, layout, **options):
    """The same function as Nearfield's gufunc and Numba's."""

    def decorate(function):
        return nf.guvectorize(signatures, layout, **options)(function), numba.guvectorize(signatures, layout, **options)(function)

    return decorate


@pair(["f8[:], f8[:], f8[:]"], "(n),(n)->()")
def dot(x, y, out):
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    out[0] = total


@pair(["f8[:,:], f8[:,:]"], "(m,n)->(n,m)")
def turned(x, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[j, i] = x[i, j]


@pair(["i4[:], i4, i4[:], f4[:]", "f8[:], f8, f8[:], f8[:]"], "(n),()->(n),()")
def scaled(x, y, out, total):
    s = y
    for i in range(x.shape[0]):
        out[i] = x[i] * y
        s += x[i]
    total[0] = s


X = np.arange(24.0).reshape(2, 3, 4)
V = np.arange(4.0)
I = np.arange(12, dtype="i4").reshape(3, 4)
READONLY = np.zeros(3)
READONLY.flags.writeable = False

SAME = {
    # leading axes, broadcasting and what comes back
    "vectors": (dot, lambda f: f(V, V)),
    "a stack and a vector": (dot, lambda f: f(X, V)),
    "two stacks": (dot, lambda f: f(X[:, :1], X[:1])),
    "lists": (dot, lambda f: f([1, 2], [[3, 4], [5, 6]])),
    "strided": (dot, lambda f: f(X[:, :, ::-2], X[::-1, :, ::2])),
    "fortran order": (turned, lambda f: f(np.asfortranarray(X))),
    "transposed": (turned, lambda f: f(X.T)),
    "no cores": (dot, lambda f: f(np.zeros((0, 4)), V)),
    "empty cores": (dot, lambda f: f(np.zeros((3, 0)), np.zeros(0))),
    "nothing at all": (turned, lambda f: f(np.zeros((0, 0, 0)))),
    "several outputs": (scaled, lambda f: f(I, np.int32(3))),
    "several outputs, broadcast": (scaled, lambda f: f(I, np.arange(2, dtype="i4")[:, None])),
    "several outputs, one number": (scaled, lambda f: f(I[0], np.int32(2))),
    # types
    "python numbers are weak": (scaled, lambda f: f(I, 3)),
    "a float makes it wider": (scaled, lambda f: f(I, 2.5)),
    "narrower integers": (scaled, lambda f: f(I.astype("i1"), 2)),
    "wider integers": (scaled, lambda f: f(I.astype("i8"), 2)),
    "half floats": (dot, lambda f: f(V.astype("f2"), V)),
    "foreign byte order": (dot, lambda f: f(V.astype(">f8"), V)),
    "bools": (dot, lambda f: f(V > 1, V)),
    "not aligned": (dot, lambda f: f(np.zeros(33, "u1")[1:].view("f8"), V)),
    "complex": (dot, lambda f: f(V + 0j, V)),
    "objects": (dot, lambda f: f(V.astype(object), V)),
    "text": (dot, lambda f: f(np.array(["a"]), V)),
    "signature=": (scaled, lambda f: f(I, 3, signature="dd->dd")),
    "sig=": (scaled, lambda f: f(I, 3, sig=("d", "d", "d", "d"))),
    "dtype=": (dot, lambda f: f(I, V, dtype="f8")),
    "a dtype that no loop has": (dot, lambda f: f(V, V, dtype="f4")),
    "a signature that no loop has": (dot, lambda f: f(V, V, signature="ff->f")),
    "casting='no'": (dot, lambda f: f(V, V, casting="no")),
    "casting='no' of integers": (dot, lambda f: f(I[0], V, casting="no")),
    "casting='unsafe'": (scaled, lambda f: f(X, 3, casting="unsafe")),
    "unknown casting": (dot, lambda f: f(V, V, casting="odd")),
    # axes
    "axis": (dot, lambda f: f(X, X, axis=0)),
    "axis=-1": (dot, lambda f: f(X, X, axis=-1)),
    "axis out of range": (dot, lambda f: f(X, X, axis=3)),
    "axis where there are two": (turned, lambda f: f(X, axis=0)),
    "axes": (dot, lambda f: f(X, X, axes=[0, 1, ()])),
    "axes without the output": (dot, lambda f: f(X, X, axes=[1, 1])),
    "axes of a matrix": (turned, lambda f: f(X, axes=[(0, 1), (0, 1)])),
    "axes that turn it back": (turned, lambda f: f(X, axes=[(0, 2), (2, 0)])),
    "axes that repeat": (turned, lambda f: f(X, axes=[(0, 0), (0, 1)])),
    "too few axes": (turned, lambda f: f(X, axes=[(0, 1)])),
    "axes of a wrong length": (turned, lambda f: f(X, axes=[0, 1])),
    "axes that are no list": (turned, lambda f: f(X, axes=(0, 1))),
    "axis and axes": (dot, lambda f: f(X, X, axis=0, axes=[0, 0, ()])),
    "keepdims": (dot, lambda f: f(X, X, keepdims=True)),
    "keepdims and axis": (dot, lambda f: f(X, X, axis=0, keepdims=True)),
    "keepdims where outputs have cores": (turned, lambda f: f(X, keepdims=True)),
    "keepdims that is no bool": (dot, lambda f: f(X, X, keepdims=1)),
    # outputs
    "out by position": (dot, lambda f: f(X, X, np.full((2, 3), -1.0))),
    "out by name": (dot, lambda f: f(X, X, out=np.full((2, 3), -1.0))),
    "out in a tuple": (dot, lambda f: f(X, X, out=(np.full((2, 3), -1.0),))),
    "out=None": (dot, lambda f: f(X, X, out=None)),
    "out with more axes": (dot, lambda f: f(X[0], X[0], out=np.full((2, 3), -1.0))),
    "one of two outputs": (scaled, lambda f: f(I, 3, out=(None, np.zeros(3, "f4")))),
    "strided out": (turned, lambda f: f(X, out=np.zeros((2, 4, 6))[:, :, ::2])),
    "out of a wider dtype": (dot, lambda f: f(X, X, out=np.zeros((2, 3), "c16"))),
    "out of a narrower dtype": (dot, lambda f: f(X, X, out=np.zeros((2, 3), "f4"))),
    "out of half floats": (dot, lambda f: f(X, X, out=np.zeros((2, 3), "f2"))),
    "out of foreign byte order": (dot, lambda f: f(X, X, out=np.zeros((2, 3), ">f8"))),
    "out of integers": (dot, lambda f: f(X, X, out=np.zeros((2, 3), "i4"))),
    "out of integers, unsafe": (dot, lambda f: f(X, X, out=np.zeros((2, 3), "i4"), casting="unsafe")),
    "out of another shape": (dot, lambda f: f(X, X, out=np.zeros((2, 4)))),
    "out of another core": (turned, lambda f: f(X, out=np.zeros((2, 3, 3)))),
    "out with too few axes": (turned, lambda f: f(X, out=np.zeros(3))),
    "read-only out": (dot, lambda f: f(X[0], V, out=READONLY)),
    "out that is a list": (dot, lambda f: f(X, X, out=[1])),
    "out twice": (dot, lambda f: f(X, X, np.zeros((2, 3)), out=np.zeros((2, 3)))),
    "too many in out": (dot, lambda f: f(X, X, out=(np.zeros((2, 3)), None))),
    "out of several that is no tuple": (scaled, lambda f: f(I, 3, out=np.zeros((3, 4), "i4"))),
    "order='F'": (turned, lambda f: f(X, order="F")),
    "order='C'": (turned, lambda f: f(X.T, order="C")),
    "a wrong order": (turned, lambda f: f(X, order="Z")),
    "subok": (dot, lambda f: f(V, V, subok=False)),
    # what is refused
    "where=": (dot, lambda f: f(X, X, where=True)),
    "an unknown keyword": (dot, lambda f: f(X, X, strange=True)),
    "too few arguments": (dot, lambda f: f(X)),
    "no arguments": (dot, lambda f: f()),
    "too many arguments": (dot, lambda f: f(X, X, None, None)),
    "core sizes": (dot, lambda f: f(X, np.zeros(5))),
    "too few axes of input": (turned, lambda f: f(V)),
    "loops that do not fit": (dot, lambda f: f(np.zeros((2, 4)), np.zeros((3, 4)))),
    "reduce": (dot, lambda f: f.reduce(X)),
    "accumulate": (dot, lambda f: f.accumulate(X)),
    "reduceat": (dot, lambda f: f.reduceat(X, [0])),
    "outer": (dot, lambda f: f.outer(X, X)),
    "at": (dot, lambda f: f.at(X, 0, X)),
}  # fmt: skip

#: Where the words are ours, because Numba's or NumPy's say less.
OUR_WORDS = {"complex", "objects", "text"}


@pytest.mark.parametrize("name", SAME)
def test_calls_are_numbas_and_numpys(name):
    """Values, dtypes, shapes and memory order; classes and words of what is refused. Twice: the second call is prepared."""
    (ours, theirs), call = SAME[name]
    wanted = outcome(lambda: call(theirs))
    for _ in range(2):
        got = outcome(lambda: call(ours))
        if name in OUR_WORDS:
            assert isinstance(got, tuple) and issubclass(got[0], wanted[0]), (got, wanted)
        else:
            assert got == wanted


def test_an_output_keeps_being_itself():
    ours, _ = dot
    out = np.zeros((2, 3), "f4")
    assert ours(X, X, out) is out and ours(X, X, out=out) is out and ours(X, X, out=(out,)) is out
    same = np.zeros((2, 3))
    for _ in range(2):
        assert ours(X, X, same) is same


def test_stencils_on_large_arrays_again_and_again():
    """Later calls are prepared ones; images of more than 1 MiB are split among threads by the general one."""

    @nf.guvectorize("(m,n),()->(m,n)")
    @nf.stencil
    def weighted(x, factor):
        return (x[-1, 0] + x[0, 1]) * factor

    def expected(x, factor):
        want = np.zeros(np.broadcast_shapes(x.shape, np.shape(factor) + (1, 1)))
        want[..., 1:, :-1] = (x[..., :-1, :-1] + x[..., 1:, 1:]) * np.asarray(factor)[..., None, None]
        return want

    stack = np.random.default_rng(0).random((2, 400, 700))
    for factor in (2.0, 3.0, 4.0):
        np.testing.assert_array_equal(weighted(stack, factor), expected(stack, factor))
        out = np.full(stack.shape, np.nan)
        assert weighted(stack, factor, out=out) is out
        np.testing.assert_array_equal(out, expected(stack, factor))
        own = stack.copy()
        weighted(own, factor, out=own)
        np.testing.assert_array_equal(own, expected(stack, factor))
    with pytest.raises(ValueError):
        weighted(stack, 2.0, out=np.zeros((2, 400, 701)))
