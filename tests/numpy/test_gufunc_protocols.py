"""`__array_ufunc__` around generalised ufuncs: whose turn it is, in any position, and what is handed over."""

import numpy as np
import pytest

import nearfield as nf


@nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n),(n)->(n)")
def add(a, b, out):
    for i in range(a.shape[0]):
        out[i] = a[i] + b[i]


@nf.guvectorize("(),()->()")
def plus(a, b):
    return a + b


class Asked:
    """Records what it is asked, and answers with its own name."""

    answer = "Asked"

    def __init__(self):
        self.calls = []

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        self.calls.append((ufunc, method, inputs, keywords))
        return self.answer


class Narrower(Asked):
    answer = "Narrower"


class Other(Asked):
    answer = "Other"


class Declines(Asked):
    answer = NotImplemented


class Never:
    __array_ufunc__ = None


X = np.arange(4.0)


@pytest.mark.parametrize("position", [0, 1, 2, "out", "tuple"])
def test_any_argument_takes_over(position):
    """As NumPy's own ufunc hands them over: inputs, and outputs as a tuple under `out`."""
    for f in (add, np.add):
        asked = Asked()
        if position == "out":
            assert f(X, X, out=asked) == "Asked"
        elif position == "tuple":
            assert f(X, X, out=(asked,)) == "Asked"
        else:
            args = [X, X, X.copy()][: max(2, position + 1)]
            args[position] = asked
            assert f(*args) == "Asked"
        (ufunc, method, inputs, keywords) = asked.calls[0]
        assert ufunc is f and method == "__call__" and len(inputs) == 2
        assert set(keywords) == (set() if position in (0, 1) else {"out"})
        if position not in (0, 1):
            assert len(keywords["out"]) == 1 and keywords["out"][0] is asked


def test_after_prepared_calls_too():
    for _ in range(3):
        add(X, X)
    assert add(X, Asked()) == "Asked"


def test_subclasses_come_first():
    for f in (add, np.add):
        assert f(Asked(), Narrower()) == "Narrower"
        assert f(Other(), Narrower()) == "Other"
        assert f(Declines(), Other()) == "Other"
        first, second = Asked(), Asked()
        f(first, second)
        assert len(first.calls) == 1 and not second.calls


def test_when_all_decline():
    for f in (add, np.add):
        with pytest.raises(TypeError, match="returned NotImplemented"):
            f(Declines(), X)
        with pytest.raises(TypeError, match=r"operand 'Never' does not support ufuncs \(__array_ufunc__=None\)"):
            f(X, Never())


def test_keywords_pass_through():
    for f in (add, np.add):
        asked = Asked()
        f(asked, X, casting="no", sig="dd->d", strange=3) if f is add else f(asked, X, casting="no", sig="dd->d")
        keywords = asked.calls[0][3]
        assert keywords["casting"] == "no" and keywords["signature"] == "dd->d"
    assert asked.calls


def test_methods_are_asked_too():
    for f in (plus, np.add):
        asked = Asked()
        assert f.reduce(asked, axis=1) == "Asked"
        assert asked.calls[0][1] == "reduce" and asked.calls[0][3]["axis"] == 1
        assert f.outer(X, asked) == "Asked"


class Loud(np.ndarray):
    """An array that does ufuncs as plain arrays do and marks the result."""

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **keywords):
        plain = [np.asarray(a) for a in inputs]
        return getattr(ufunc, method)(*plain, **keywords).view(Loud)


class Quiet(np.ndarray):
    """A subclass without a protocol of its own: NumPy wraps results in it."""


class Careful(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        return super().__array_ufunc__(ufunc, method, *[np.asarray(a) for a in inputs], **keywords)


def test_subclasses_of_arrays():
    for _ in range(2):
        assert type(add(X.view(Loud), X)) is Loud
        assert type(add(X.view(Quiet), X)) is Quiet and type(add(X.view(Quiet), X, subok=False)) is np.ndarray
        np.testing.assert_array_equal(add(X.view(Careful), X), 2 * X)
        assert type(np.ma.masked_array(X)) is np.ma.MaskedArray
        np.testing.assert_array_equal(np.asarray(add(np.ma.masked_array(X), X)), 2 * X)


def test_no_out_is_given_to_lazy_arrays():
    """``out=None`` is no output, as everywhere in NumPy."""
    twice = nf.guvectorize("(n)->(n)")(lambda x: x * 2)
    over_stencil = nf.guvectorize("(n,m)->(n,m)")(nf.stencil(lambda x: x[0, 1]))
    x = np.arange(60.0).reshape(3, 4, 5)
    for gufunc in twice, over_stencil:
        for out in None, (None,):
            np.testing.assert_array_equal(gufunc(nf.from_array(x), out=out).compute(), gufunc(x))
        with pytest.raises(TypeError, match="on a lazy array no out="):
            gufunc(nf.from_array(x), out=x)
        with pytest.raises(TypeError, match="no other keywords"):
            gufunc(nf.from_array(x), axis=0)
