"""Manners of the package: imports, options, pickling, threads, Ctrl-C."""

import inspect
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import nearfield as nf
from nearfield import _core
from nearfield.types import parse_signature

scale = 3


@nf.stencil(mode="nearest")
def scaled(x):
    """The neighbour, scaled."""
    return x[1] * scale


@nf.jit
def count_to(n):
    i = 0
    while i < n:
        i += 1
    return i


@nf.jit
def spin(x):
    while x[0] == 0:
        x[1] += 1
    return x[1]


def run_python(program, **environment):
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )


def test_import_is_light():
    program = "import sys, numpy; before = set(sys.modules); import nearfield; print(*sorted(set(sys.modules) - before))"
    run = run_python(program)
    assert run.returncode == 0, run.stderr
    foreign = [m for m in run.stdout.split() if not m.startswith(("nearfield", "_"))]
    assert not {"dask", "numba", "scipy"} & set(foreign)
    assert len(foreign) <= 5, foreign


def test_import_leaves_signals_alone():
    program = "import signal, numpy; a = signal.getsignal(2); import nearfield; assert signal.getsignal(2) is a; print('same')"
    assert run_python(program).stdout == "same\n"


def test_kernels_look_like_their_functions():
    assert scaled.__name__ == "scaled"
    assert scaled.__doc__ == "The neighbour, scaled."
    assert scaled.__module__ == __name__
    assert scaled.__wrapped__ is scaled.py_func
    assert str(inspect.signature(scaled)) == "(x)"
    assert scaled.source.startswith("def scaled(x):")
    assert repr(scaled) == "<nearfield stencil scaled>"


def test_options_reach_the_compiler():
    assert scaled.options["mode"] == "nearest"
    kernel = nf.stencil(scaled.py_func, cval=2.5, neighborhood=((-1, 1),), standard_indexing="w", dtype=nf.uint8)
    options = kernel.options
    assert (options["kind"], options["mode"], options["cval"]) == ("stencil", "constant", 2.5)
    assert options["neighborhood"] == ((-1, 1),) and options["standard_indexing"] == ("w",)
    assert options["dtype"] == "uint8"
    jitted = nf.njit(count_to.py_func, nopython=True, nogil=True, cache=True, fastmath=True, parallel=True,
                     boundscheck=False, error_model="numpy", inline="always")  # fmt: skip
    options = jitted.options
    assert options["fastmath"] and options["parallel"] and options["numpy_errors"] and not options["boundscheck"]
    assert nf.jit(fastmath={"contract"})(count_to.py_func).options["fastmath"] is False
    assert nf.stencil(scaled.py_func, dtype="fit").options["fit"]


def test_njit_over_a_stencil_is_the_stencil():
    both = nf.njit(parallel=True)(scaled)
    assert both.options["kind"] == "stencil" and both.options["parallel"] and both.options["mode"] == "nearest"
    x = np.arange(10)
    np.testing.assert_array_equal(both(x), scaled(x))


@pytest.mark.parametrize(
    "text, shown",
    [
        ("f8(f8)", "float64(float64)"),
        ("void(f8[:], f8, f8[:])", "void(float64[:], float64, float64[:])"),
        ("f8[:], f8, f8[:]", "void(float64[:], float64, float64[:])"),
        ("(int8[:,:], int8[:,::1])", "void(int8[:, :], int8[:, ::1])"),
        ("float32(int32[::1, :])", "float32(int32[::1, :])"),
        ("boolean()", "boolean()"),
    ],
)
def test_signatures_as_text(text, shown):
    assert repr(parse_signature(text)).replace("bool(", "boolean(") == shown


def test_types():
    assert nf.int8 == np.int8 == nf.int8.dtype and nf.int8 != np.uint8
    assert np.zeros(2, nf.float32).dtype == np.float32
    assert nf.uint8(300) == 44 and nf.uint8(300).dtype == np.uint8
    assert nf.int64(2.9) == 2
    np.testing.assert_array_equal(nf.int8(np.array([200, 1.5])), np.array([-56, 1], "int8"))
    assert repr(nf.float64[:, ::1]) == "float64[:, ::1]" and nf.float64[:, ::1].ndim == 2
    for value in (nf.int8, nf.int8[:, :], nf.void, nf.boolean):
        assert pickle.loads(pickle.dumps(value)) == value


def test_pickle_into_a_fresh_process(tmp_path):
    """The other process has no file with this function: the kernel is its text, its options and what it captured."""
    path = tmp_path / "kernel.pickle"
    path.write_bytes(pickle.dumps(scaled))
    program = (
        f"import pickle, numpy as np; k = pickle.load(open({str(path)!r}, 'rb')); "
        "print(k.__name__, k.__doc__, k.options['mode'], *k(np.array([1, 2, 5])))"
    )
    run = run_python(program)
    assert run.stdout == "scaled The neighbour, scaled. nearest 6 15 15\n", run.stderr
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(scaled))))
    np.testing.assert_array_equal(again(np.arange(4)), scaled(np.arange(4)))


def test_a_new_value_of_a_global_is_seen_by_the_next_specialization():
    global scale
    kernel = nf.stencil(scaled.py_func)
    assert kernel(np.array([1, 1], "int8"))[0] == 3
    scale = 4
    try:
        assert kernel(np.array([1, 1], "int8"))[0] == 3
        assert kernel(np.array([1, 1], "int16"))[0] == 4
    finally:
        scale = 3


def test_other_threads_run_during_a_call():
    count_to(1)
    ticks = []
    stop = threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    x = np.zeros((3000, 3000))
    kernel = nf.stencil(lambda a: a[-1, -1] + a[0, 0] + a[1, 1])

    def ticks_during_a_call():
        before = len(ticks)
        kernel(x)
        return len(ticks) - before

    # A call that held the interpreter would let the thread in once before it and once behind it. On a loaded machine not every call
    # lets it run.
    most = max(ticks_during_a_call() for _ in range(20))
    stop.set()
    thread.join()
    assert most >= 4


def test_threads_share_one_first_call():
    kernel = nf.stencil(lambda a: (a[-1, 0] + a[1, 0]) // 2)
    x = np.arange(10000, dtype="int16").reshape(100, 100)
    results = []
    threads = [threading.Thread(target=lambda: results.append(kernel(x))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 8
    for result in results:
        np.testing.assert_array_equal(result, results[0])


@pytest.mark.timeout(30)
def test_ctrl_c_stops_a_loop():
    x = np.zeros(2, "int64")
    spin(np.ones(2, "int64"))

    def press():
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        spin(x)
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert count_to(1000) == 1000  # and new calls work


def test_threads_can_be_set():
    before = nf.get_num_threads()
    try:
        nf.set_num_threads(1)
        assert nf.get_num_threads() == 1
    finally:
        nf.set_num_threads(before)
    with pytest.raises(ValueError, match="at least 1"):
        nf.set_num_threads(0)


def test_inspection():
    scaled(np.zeros(5, "uint8"))
    assert "define" in scaled.inspect_llvm("uint8[:]")
    assert "ret" in scaled.inspect_asm(nf.uint8[:])
    left = nf.stencil(lambda a: a[0, -1])
    assert ".target sm_80" in left.inspect_ptx("uint8[:, :]")
    assert ".target sm_90" in left.inspect_ptx(np.zeros((4, 4)), gpu="sm_90")
    with pytest.raises(ValueError, match="no GPU architecture `sm_1`"):
        left.inspect_ptx("uint8[:, :]", gpu="sm_1")
    with pytest.raises(NotImplementedError, match="it is a jitted function"):
        nf.jit(lambda a: a[0]).inspect_ptx("uint8[:]")


def test_kernels_are_collected():
    import gc
    import weakref

    def make():
        k = nf.stencil(lambda a: a[0] + a[1])
        k.myself = k
        return weakref.ref(k)

    reference = make()
    gc.collect()
    assert reference() is None


def test_functions_of_the_core_refuse_what_is_no_kernel():
    for name, arguments in (("emit", ("assembly", ["uint8[:]"])), ("explain", (["uint8[:]"], [], None, None)), ("timings", ())):
        with pytest.raises(TypeError, match="expected a kernel, not 3"):
            getattr(_core, name)(3, *arguments)
