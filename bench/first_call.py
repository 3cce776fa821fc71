"""Import + compile + first call as whole processes, net of a process that only imports NumPy."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from measure import Table

KERNEL = """
import numpy as np
import {package} as lib

@lib.stencil
def _smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9

@lib.njit({options})
def smooth(x):
    return _smooth(x)

x = np.arange(10000, dtype=np.int8).reshape(100, 100)
print(int(smooth(x).sum()))
"""


def seconds(path, env, rounds, fresh=None):
    """Best wall time of ``python path`` in a fresh process each; ``fresh`` names a cache folder to empty before each."""
    best = float("inf")
    for _ in range(rounds):
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)
        start = time.perf_counter()
        done = subprocess.run([sys.executable, path], env=env, capture_output=True, text=True, check=False)
        best = min(best, time.perf_counter() - start)
        if done.returncode:
            raise RuntimeError(done.stderr)
    return best


def run(rounds=7):
    """Prints the table and returns it."""
    table = Table("first call of the 3x3 mean (import + compile + run, net of importing NumPy)", ["numba"])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "numpy_only.py").write_text("import numpy\n")
        cache = folder / "nf"
        env = dict(os.environ, NEARFIELD_CACHE_DIR=str(cache), NUMBA_CACHE_DIR=str(folder / "nb"))
        (folder / "ours.py").write_text(KERNEL.format(package="nearfield", options=""))
        for row, fresh, numba_options in (("nothing cached", cache, ""), ("code cached on disk", None, "cache=True")):
            (folder / "theirs.py").write_text(KERNEL.format(package="numba", options=numba_options))
            seconds(folder / "ours.py", env, 1)
            seconds(folder / "theirs.py", env, 1)
            base = seconds(folder / "numpy_only.py", env, rounds)
            times = {
                "nearfield": max(seconds(folder / "ours.py", env, rounds, fresh) - base, 1e-4),
                "numba": seconds(folder / "theirs.py", env, max(3, rounds // 2)) - base,
            }
            table.row(row, times)
    return [table]


if __name__ == "__main__":
    run()
