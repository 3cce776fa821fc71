"""Generalised ufuncs called in jitted functions, with outputs and without, beside the same call from Python."""

import numba
import numpy as np
import pytest

import nearfield as nf


@nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n),(n)->(n)")
def add(a, b, out):
    for i in range(a.shape[0]):
        out[i] = a[i] + b[i]


@nf.guvectorize("(n)->()")
def total(x, out):
    for v in x:
        out[0] += v


@nf.guvectorize("(n),()->(n)")
def scaled(x, by):
    return x * by


@nf.guvectorize("(n,m)->(n,m)")
@nf.stencil
def change(x):
    return x[0, 1] - x[0, -1]


@nf.guvectorize("(n,m)->(n,m),(n,m)")
@nf.stencil
def gradient(x):
    return x[0, 1] - x[0, -1], x[1, 0] - x[-1, 0]


@nf.guvectorize("(),()->()")
def larger(a, b):
    return a if a > b else b


@nf.guvectorize("(n)->(2),()")
def ends(x, out, count):
    out[0] = x[0]
    out[1] = x[x.shape[0] - 1]
    count[0] = x.shape[0]


@nf.guvectorize("(n),()", writable_args=(0,))
def scale_in_place(x, by):
    for i in range(x.shape[0]):
        x[i] = x[i] * by


@nf.jit
def call_add(a, b):
    return add(a, b)


@nf.jit
def call_add_into(a, b, out):
    add(a, b, out)


@nf.jit
def call_total(x):
    return total(x)


@nf.jit
def call_scaled(x, by):
    return scaled(x, by)


@nf.jit
def call_change(x):
    return change(x)


@nf.jit
def call_gradient(x):
    return gradient(x)


@nf.jit
def call_larger(a, b):
    return larger(a, b)


@nf.jit
def call_ends(x):
    return ends(x)


@nf.jit
def call_scale_in_place(x, by):
    scale_in_place(x, by)


X = np.random.default_rng(3).random((2, 3, 4, 5))

CASES = {
    "one core": (call_add, add, (X[0, 0, 0], X[0, 0, 1])),
    "equal stacks": (call_add, add, (X[0], X[1])),
    "a stack and a vector": (call_add, add, (X, X[0, 0, 0])),
    "axes of one element": (call_add, add, (X[:1], X[:, :, :1])),
    "an axis more on the right": (call_add, add, (X[0], X)),
    "strided": (call_add, add, (X[..., ::-1], X[:, :, :, ::-1])),
    "with a cast": (call_add, add, (X, np.arange(5))),
    "numbers come back": (call_total, total, (X[0, 0, 0],)),
    "arrays of numbers": (call_total, total, (X,)),
    "dtype of what is stored": (call_total, total, (X.astype("i2"),)),
    "returned arrays": (call_scaled, scaled, (X, 2.0)),
    "returned arrays, a number for each": (call_scaled, scaled, (X, X[:, :, :, 0])),
    "returned dtype": (call_scaled, scaled, (X.astype("u1"), 2)),
    "a stencil": (call_change, change, (X,)),
    "a stencil of one image": (call_change, change, (X[0, 0],)),
    "a stencil of two results": (call_gradient, gradient, (X,)),
    "numbers alone": (call_larger, larger, (1.5, 2.5)),
    "elements": (call_larger, larger, (X, 0.5)),
    "fixed sizes and several outputs": (call_ends, ends, (X,)),
    "several outputs of one core": (call_ends, ends, (X[0, 0, 0],)),
    "no cores": (call_add, add, (X[:0], X[0, 0, 0])),
    "empty cores": (call_total, total, (X[..., :0],)),
}


@pytest.mark.parametrize("name", CASES)
def test_calls_in_jitted_functions_are_the_calls_from_python(name):
    inside, outside, args = CASES[name]
    got, wanted = inside(*args), outside(*args)
    if not isinstance(got, tuple):
        got, wanted = (got,), (wanted,)
    for one, other in zip(got, wanted, strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype and np.shape(one) == np.shape(other)
        np.testing.assert_array_equal(one, other)


def test_explicit_outputs_are_numbas():
    theirs = numba.guvectorize(["f8[:], f8[:], f8[:]"], "(n),(n)->(n)")(add.py_func)

    @numba.njit
    def numba_add_into(a, b, out):
        theirs(a, b, out)

    for a, b in [(X[0], X[1]), (X[0], X[0, 0, 0]), (X[0, 0, 0], X[1])]:
        got, wanted = np.full((3, 4, 5), -1.0), np.full((3, 4, 5), -1.0)
        call_add_into(a, b, got)
        numba_add_into(a, b, wanted)
        np.testing.assert_array_equal(got, wanted)
    narrow = np.zeros((3, 4, 5), "f4")
    call_add_into(X[0], X[1], narrow)
    np.testing.assert_array_equal(narrow, (X[0] + X[1]).astype("f4"))
    strided = np.zeros((3, 4, 10))[:, :, ::2]
    call_add_into(X[0], X[1], strided)
    np.testing.assert_array_equal(strided, X[0] + X[1])


def test_outputs_are_what_the_call_yields():
    @nf.jit
    def f(a, out):
        return total(a, out)

    out = np.full((2, 3, 4), 10.0)
    assert f(X, out) is out
    np.testing.assert_allclose(out, 10 + X.sum(-1))


def test_an_output_that_is_an_input():
    @nf.guvectorize("(n)->(n)")
    def reverse(x, out):
        for i in range(x.shape[0]):
            out[i] = x[x.shape[0] - 1 - i]

    @nf.jit
    def f(x):
        reverse(x, x)

    x = np.arange(12.0).reshape(3, 4)
    f(x)
    np.testing.assert_array_equal(x, np.arange(12.0).reshape(3, 4)[:, ::-1])


@nf.guvectorize("(n)->(n)")
def running_sum(x, out):
    out[0] = x[0]
    for i in range(1, x.shape[0]):
        out[i] = out[i - 1] + x[i]


@nf.guvectorize("(),()->()")
def plus(a, b, out):
    out[0] = a + b


@nf.jit
def call_running_sum(x, out):
    running_sum(x, out)


@nf.jit
def call_plus(a, b, out):
    plus(a, b, out)


def test_an_output_that_overlaps_an_input_is_as_if_the_input_was_read_first():
    """As from Python, where NumPy sees to it."""
    for rows in (slice(1, None), slice(None, -1)):
        other = slice(None, -1) if rows.start else slice(1, None)
        x, theirs = X[0].copy(), X[0].copy()
        call_running_sum(x[rows], x[other])
        running_sum(theirs[rows], theirs[other])
        np.testing.assert_array_equal(x, theirs)
    for case in (slice(1, None), slice(None, -1)):
        other = slice(None, -1) if case.start else slice(1, None)
        x, theirs = X[0, 0].copy(), X[0, 0].copy()
        call_plus(x[case], x[other], x[other])
        np.add(theirs[case], theirs[other], out=theirs[other])
        np.testing.assert_array_equal(x, theirs)
    x = X[0, 0].copy()
    call_plus(x, x[::-1], x)
    np.testing.assert_array_equal(x, X[0, 0] + X[0, 0, ::-1])
    square = X[0, 0, :4, :4].copy()
    call_running_sum(square.T, square)
    np.testing.assert_array_equal(square, running_sum(X[0, 0, :4, :4].T))


def test_an_output_that_overlaps_only_an_input_behind_the_first():
    x = np.arange(20.0)
    call_plus(np.full(19, 100.0), x[:-1], x[1:])
    np.testing.assert_array_equal(x, [0, *np.arange(100.0, 119.0)])


def test_a_written_input_that_overlaps_one_that_is_read():
    @nf.guvectorize("(n),(n)", writable_args=(1,))
    def add_to(x, total):
        for i in range(x.shape[0]):
            total[i] += x[i]

    @nf.jit
    def f(x, y):
        add_to(x, y)

    x = np.arange(12.0)
    f(x[:-1].reshape(1, 11), x[1:].reshape(1, 11))
    np.testing.assert_array_equal(x, [0, *(np.arange(1.0, 12.0) + np.arange(11.0))])


def test_written_inputs():
    x = X.copy()
    call_scale_in_place(x, 3.0)
    np.testing.assert_array_equal(x, 3 * X)
    with pytest.raises(nf.CompileError, match="writes its input 0, so it must be an array that is not broadcast"):
        call_scale_in_place(x[0, 0, 0], X[0, 0, :, 0])


def test_mismatches_at_run_time():
    with pytest.raises(ValueError, match="Operand has a mismatch in one of its core dimensions"):
        call_add(np.zeros((2, 4)), np.zeros(3))
    with pytest.raises(ValueError, match="Loop and array shapes are incompatible"):
        call_add(np.zeros((2, 3)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="Loop and array shapes are incompatible"):
        call_add_into(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="Operand has a mismatch in one of its core dimensions"):
        call_add_into(np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((2, 4)))


REFUSED = [
    (lambda: call_add(1.0, X), "does not have enough dimensions (has 0, gufunc core with signature (n),(n)->(n) requires 1)"),
    (lambda: call_add_into(X[0], X[1], X[0, 0, 0].copy()), "output operand 0 must be an array of 3 dimensions"),
    (lambda: call_add_into(X[0], X[1], np.zeros((3, 4, 5), "i8")), "cannot be stored into"),
    (lambda: nf.jit(lambda_one)(X), "takes 2 inputs, or those and 1 outputs, got 1"),
    (lambda: nf.jit(lambda_named)(X), "takes its arguments by position"),
    (lambda: nf.jit(lambda_complex)(X), "no declared types of the gufunc `add32` take"),
    (lambda: nf.stencil(lambda_stencil)(X), "is a gufunc, which stencils cannot call"),
]


@nf.guvectorize(["f4[:], f4[:]"], "(n)->(n)")
def add32(x, out):
    out[:] = x


def lambda_one(x):
    return add(x)


def lambda_named(x):
    return add(x, b=x)


def lambda_complex(x):
    return add32(x)


def lambda_stencil(x):
    return larger(x[0, 0, 0, 0], 1.0)


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_refused_has_its_place(call, words):
    with pytest.raises(nf.CompileError) as error:
        call()
    assert words in str(error.value) and "^" in str(error.value), str(error.value)


def test_errors_of_the_kernel_show_both_places():
    @nf.guvectorize("(n)->(n)")
    def broken(x, out):
        out[:] = x
        out[0] = undefined_name  # noqa: F821

    @nf.jit
    def f(x):
        return broken(x)

    with pytest.raises(nf.CompileError) as error:
        f(X)
    assert "`undefined_name` is not defined" in str(error.value) and "called here with" in str(error.value)


def test_raises_arrive():
    @nf.guvectorize("(n)->()")
    def checked(x, out):
        if x[0] > 2:
            raise ValueError("too large")
        out[0] = x[0]

    @nf.jit
    def f(x, out):
        checked(x, out)

    out = np.full(5, -1.0)
    with pytest.raises(ValueError, match="too large"):
        f(np.arange(5.0)[:, None].copy(), out)
    np.testing.assert_array_equal(out, [0, 1, 2, -1, -1])


def test_a_gufunc_calls_a_gufunc():
    @nf.guvectorize("(n,m)->(n)")
    def row_totals(x, out):
        total(x, out)

    np.testing.assert_allclose(row_totals(X), X.sum(-1))


# ---- target="parallel"


def spin(x, out):
    total = 0.0
    for i in range(x.shape[0]):
        for k in range(200):
            total += x[i] * k
        out[i] = total


serial_spin = nf.guvectorize("(n)->(n)")(spin)
parallel_spin = nf.guvectorize("(n)->(n)", target="parallel")(spin)


@nf.jit
def call_serial(x):
    return serial_spin(x)


@nf.jit
def call_parallel(x):
    return parallel_spin(x)


@nf.jit
def call_parallel_into(x, out):
    parallel_spin(x, out)


@nf.guvectorize("(n)->()", target="parallel")
def thread_of(x, out):
    if x[0] < 0:
        raise ValueError("a negative number")
    for k in range(2000):
        out[0] += x[0] * k


@nf.jit
def call_thread_of(x, out):
    thread_of(x, out)


@pytest.fixture(params=[1, 2, 5])
def threads(request):
    before = nf.get_num_threads()
    try:
        nf.set_num_threads(request.param)
    except ValueError:
        pytest.skip("fewer processors")
    yield request.param
    nf.set_num_threads(before)


@pytest.mark.parametrize("shape", [(7,), (1, 7), (40, 7), (3, 500, 7), (2, 1, 301, 7), (500, 1, 7), (0, 7), (3, 0, 7), (5, 0)], ids=str)
def test_parallel_loops_give_the_same(threads, shape):
    x = np.random.default_rng(2).random(shape)
    np.testing.assert_array_equal(call_parallel(x), call_serial(x))
    out = np.zeros((*shape[:-1], 2 * shape[-1]))[..., ::-2]
    call_parallel_into(x, out)
    np.testing.assert_array_equal(out, call_serial(x))


def test_parallel_loops_broadcast_and_overlap(threads):
    parallel_add = nf.guvectorize("(n),(n)->(n)", target="parallel")(add.py_func)

    @nf.jit
    def f(a, b):
        return parallel_add(a, b)

    a, b = X, X[:, :1, :, :][0, 0, :, None, :]
    np.testing.assert_array_equal(f(a, b[:, 0]), a + b[:, 0])
    x = np.random.default_rng(2).random((300, 50))
    wanted = call_serial(x[1:].copy())
    call_parallel_into(x[1:], x[:-1])
    np.testing.assert_array_equal(x[:-1], wanted)


def test_a_parallel_loop_raises_what_the_first_raising_core_raises(threads):
    x = np.ones((4000, 2))
    for bad in ([3999], [0], [1], [17, 2500, 3990]):
        values = x.copy()
        values[bad] = -1
        out = np.zeros(4000)
        with pytest.raises(ValueError, match="a negative number"):
            call_thread_of(values, out)
        assert (out[: bad[0]] == 1999000).all() and (out[bad] == 0).all()


def test_parallel_loops_inside_each_other(threads):
    @nf.guvectorize("(m,n)->(m,n)", target="parallel")
    def outer(x, out):
        parallel_spin(x, out)

    @nf.jit
    def f(x):
        return outer(x)

    x = np.random.default_rng(2).random((20, 30, 8))
    np.testing.assert_array_equal(f(x), call_serial(x))


def test_parallel_loops_of_several_python_threads(threads):
    from concurrent.futures import ThreadPoolExecutor

    inputs = [np.random.default_rng(i).random((200, 9)) for i in range(12)]
    with ThreadPoolExecutor(4) as pool:
        for x, got in zip(inputs, pool.map(call_parallel, inputs), strict=True):
            np.testing.assert_array_equal(got, call_serial(x))


def test_an_output_that_repeats_its_elements_is_written_in_order(threads):
    x = np.random.default_rng(2).random((500, 3))
    kept = np.zeros(3)
    call_parallel_into(x, np.lib.stride_tricks.as_strided(kept, (500, 3), (0, 8)))
    np.testing.assert_array_equal(kept, call_serial(x[-1:])[0])


def test_a_parallel_loop_that_allocates_and_calls_stencils(threads):
    @nf.guvectorize("(n,m)->(n,m)", target="parallel")
    def twice(x, out):
        out[:] = change_of(change_of(x))

    @nf.jit
    def f(x):
        return twice(x)

    x = np.random.default_rng(2).random((30, 20, 25))
    np.testing.assert_array_equal(f(x), change(change(x)))


@nf.stencil
def change_of(x):
    return x[0, 1] - x[0, -1]


def test_what_a_parallel_loop_raises_holds_its_numbers(threads):
    @nf.guvectorize("(n)->()", target="parallel")
    def picked(x, out):
        for _ in range(2000):
            out[0] = x[int(x[0])]

    @nf.jit
    def f(x):
        return picked(x)

    x = np.zeros((3000, 4))
    x[[1700, 2999], 0] = 6, 9
    with pytest.raises(IndexError, match="index 6 is out of bounds for axis 0 with size 4"):
        f(x)


def test_a_parallel_loop_ends_when_it_is_interrupted():
    import os
    import signal
    import threading
    import time

    @nf.guvectorize("(n)->()", target="parallel")
    def slow(x, out):
        for i in range(10**8):
            out[0] += x[i % 4]

    @nf.jit
    def f(x):
        return slow(x)

    f(np.zeros((1, 4)))
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        f(np.zeros((300, 4)))
    assert time.monotonic() - started < 10
