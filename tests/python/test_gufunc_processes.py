"""Gufuncs called by many threads at once, and in processes that were forked or spawned."""

import multiprocessing
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import nearfield as nf

X = np.random.default_rng(0).random((40, 30))


def cumulative(x, out):
    s = 0.0
    for i in range(x.shape[0]):
        s += x[i]
        out[i] = s


@pytest.mark.parametrize("how", ["dynamic", "static", "parallel", "stencil"])
def test_sixteen_threads_call_first(how):
    """It is compiled once and right."""
    if how == "stencil":

        @nf.guvectorize("(n)->(n)")
        @nf.stencil
        def f(x):
            return x[-1] + x[0]

        wanted = np.zeros_like(X)
        wanted[:, 1:] = X[:, 1:] + X[:, :-1]
    else:
        args = (["f8[:], f8[:]"], "(n)->(n)") if how == "static" else ("(n)->(n)",)
        f = nf.guvectorize(*args, target="parallel" if how == "parallel" else "cpu", source=unique_source(how))(cumulative_of(how))
        wanted = np.cumsum(X, axis=1)
    before = nf.cache_info()
    barrier, results = threading.Barrier(16), [None] * 16

    def work(i):
        barrier.wait()
        results[i] = f(X) if i % 2 else f(X, axis=-1)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for result in results:
        np.testing.assert_array_equal(result, wanted)
    after = nf.cache_info()
    looked_up = after["hits"] + after["misses"] - before["hits"] - before["misses"]
    assert looked_up <= (2 if how == "stencil" else 1), "compiled more than once"


def unique_source(how):
    return SOURCE.format(how=how, number=os.getpid())


SOURCE = """
def f_{how}(x, out):
    s = 0.0 * {number}
    for i in range(x.shape[0]):
        s += x[i]
        out[i] = s
"""


def cumulative_of(how):
    scope = {}
    exec(unique_source(how), scope)  # new text, which no cache knows
    return scope[f"f_{how}"]


gufunc = nf.guvectorize("(n)->(n)")(cumulative)
parallel = nf.guvectorize("(n)->(n)", target="parallel")(cumulative)


def in_child(x):
    first, second = gufunc(x), parallel(x)
    fresh = nf.guvectorize("(n)->()")(fresh_total)(x)
    return bool((first == np.cumsum(x, axis=1)).all() and (first == second).all() and np.allclose(fresh, x.sum(1)))


def fresh_total(x, out):
    for v in x:
        out[0] += v


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_other_processes(method):
    """After use, with a pool of threads running here, and for kernels that are new there."""
    gufunc(X), parallel(np.random.default_rng(1).random((400, 100)))
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        assert pool.map_async(in_child, [X, 2 * X, 3 * X]).get(60) == [True] * 3
    assert in_child(X)


PROGRAM = """
import os, sys, threading, time
import numpy as np
import nearfield as nf

{prepare}

stop = False

def work():
    while not stop:
        once()

thread = threading.Thread(target=work)
thread.start()
seen = set()
for turn in range({turns}):
    time.sleep(0.002 * (turn % 9 + 1))
    f = current[0]
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if (f(x) == wanted).all() else 3)
        except BaseException as error:
            os._exit(4 if "was forked while another thread compiled" in str(error) else 5)
    deadline = time.time() + 20
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.time() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            stop = True
            sys.exit("the child hangs")
        time.sleep(0.001)
    seen.add(os.waitstatus_to_exitcode(status))
stop = True
thread.join()
print("codes", sorted(seen))
sys.exit(0 if seen <= {allowed} else "a child ended otherwise")
"""

COMPUTES = """
@nf.guvectorize("(n)->(n)", target="parallel")
def slow(x, out):
    for i in range(x.shape[0]):
        s = 0.0
        for k in range(200):
            s += x[i] / (k + 1)
        out[i] = s

x = np.random.default_rng(0).random((300, 1000))
wanted = slow(x)
current = [slow]
once = lambda: slow(x)
"""

COMPILES = '''
TEXT = """
def f(x, out):
    for i in range(x.shape[0]):
        s = {0}.0 - {0}.0
        for k in range(x.shape[0]):
            if x[k] < x[i]:
                s += x[k] * 2
        out[i] = s
"""
x = np.arange(10.0)
wanted = np.array([2 * x[x < v].sum() for v in x])
current, numbers = [None], iter(range(os.getpid() * 10000, 10**12))

def once():
    text, scope = TEXT.format(next(numbers)), {}
    exec(text, scope)
    current[0] = nf.guvectorize("(n)->(n)", source=text)(scope["f"])
    current[0](x)

once()
'''


@pytest.mark.parametrize(("prepare", "turns", "allowed"), [(COMPUTES, 8, "{0}"), (COMPILES, 60, "{0, 4}")], ids=["computes", "compiles"])
def test_fork_while_another_thread_works(prepare, turns, allowed, tmp_path):
    """The child computes, or says that it cannot: it does not hang."""
    script = tmp_path / "forks.py"
    script.write_text(PROGRAM.format(prepare=prepare, turns=turns, allowed=allowed))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
