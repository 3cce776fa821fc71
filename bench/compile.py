"""From source to a callable: the first call of stencils on small arrays, in milliseconds and in instructions.

The milliseconds are processor time of the calling thread, which does all of it: other processes disturb it less than the clock.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from measure import Table

ROOT = pathlib.Path(__file__).resolve().parent.parent
WINDOW = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
TAPS = [(i, j) for i in range(-2, 3) for j in range(-2, 3)]

#: name: (arguments, the expression, dtype, shape)
KERNELS = {
    "3x3 mean int8": ("(" + " + ".join(f"x[{i}, {j}]" for i, j in WINDOW) + ") // 9", "int8", (100, 100)),
    "sobel float32": (
        "math.sqrt((x[-1, 1] + 2 * x[0, 1] + x[1, 1] - x[-1, -1] - 2 * x[0, -1] - x[1, -1]) ** 2"
        " + (x[1, -1] + 2 * x[1, 0] + x[1, 1] - x[-1, -1] - 2 * x[-1, 0] - x[-1, 1]) ** 2)",
        "float32",
        (100, 100),
    ),
    "27 points float32": (" + ".join(f"x[{k}, {i}, {j}]" for k in (-1, 0, 1) for i, j in WINDOW), "float32", (10, 20, 40)),
    "5x5 weights float32": (" + ".join(f"{(7 * i + 3 * j) % 11 / 16 + 0.25} * x[{i}, {j}]" for i, j in TAPS), "float32", (100, 100)),
}

CHILD = """
import json, math, sys, time
import numpy as np
import nearfield as nf

def make(expression):
    scope = {"math": math}
    text = "def kernel(x):\\n    return " + expression + "\\n"
    exec(text, scope)
    return scope["kernel"], text

expression, dtype, shape, first = json.loads(sys.argv[1])
function, text = make(expression)
array = np.zeros(shape, dtype)
if first:  # something else, so that this is not the process's first kernel
    other, other_text = make("x[1] * 3 - x[-1] // 7")
    nf.stencil(other, source=other_text)(np.zeros(50, np.int16))
best = float("inf")
for _ in range(int(sys.argv[2])):
    start = time.thread_time()
    kernel = nf.stencil(function, source=text)
    kernel(array)
    best = min(best, time.thread_time() - start)
print(best)
"""


def first_call(kernel, cache, warm=False, times=1, tier=None):
    """Seconds of processor time from the decorator to the end of the first call, in a process of its own."""
    env = {k: v for k, v in os.environ.items() if k != "NEARFIELD_TIER"} | {"NEARFIELD_CACHE_DIR": str(cache)}
    if tier:
        env["NEARFIELD_TIER"] = tier
    command = [sys.executable, "-c", CHILD, json.dumps([*kernel, warm]), str(times)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(done.stdout)


def best_first_call(kernel, rounds, folder, **options):
    """The best of `rounds` processes, each with an empty cache."""
    best = float("inf")
    for i in range(rounds):
        cache = folder / f"cache{i}"
        shutil.rmtree(cache, ignore_errors=True)
        best = min(best, first_call(kernel, cache, **options))
    return best


def instructions(program, folder, kernel, *options):
    """Instructions of one run of the command line by callgrind, in millions."""
    expression, dtype, shape = kernel
    (folder / "kernel.py").write_text(f"import math\nimport nearfield as nf\n\n@nf.stencil\ndef kernel(x):\n    return {expression}\n")
    shutil.rmtree(folder / "counted", ignore_errors=True)
    env = os.environ | {"NEARFIELD_CACHE_DIR": str(folder / "counted"), "LD_LIBRARY_PATH": str(folder)}
    types = f"{dtype}[{', '.join(':' * len(shape))}]"
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "emit", folder / "kernel.py", "--types", types, *options]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if not found:
        raise RuntimeError(done.stderr)
    return int(found[1]) / 1e6


def count(folder):
    """A line for each kernel: the trend that no other process disturbs."""
    build = ROOT / "build"
    for file in [build / "nearfield", next((build / "src").glob("libnearfield.so.*"))]:  # valgrind cannot read their debug information
        subprocess.run(["strip", "-g", "-o", folder / file.name, file], check=True)
    print("\ninstructions from source to callable (callgrind, first kernel of the process; millions)")
    for name, kernel in KERNELS.items():
        before = instructions(folder / "nearfield", folder, kernel, "--after", "tree")
        print(f"  {name:<26}{instructions(folder / 'nearfield', folder, kernel, '--timings') - before:>11.1f}", flush=True)


def run(rounds=9):
    """Prints the table and returns it."""
    table = Table("decorator and first call of a stencil on a small array", [])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for name, kernel in KERNELS.items():
            cold = best_first_call(kernel, rounds, folder)
            table.row(f"{name}, cold", {"nearfield": cold})
            table.row(f"{name}, warm", {"nearfield": best_first_call(kernel, rounds, folder, warm=True)})
            table.row(f"{name}, full", {"nearfield": best_first_call(kernel, rounds, folder, warm=True, tier="full")})
            first_call(kernel, folder / "kept")
            table.row(f"{name}, cached", {"nearfield": first_call(kernel, folder / "kept", warm=True, times=50)})
        if shutil.which("valgrind") and shutil.which("strip"):
            count(folder)
    return [table]


if __name__ == "__main__":
    run()
