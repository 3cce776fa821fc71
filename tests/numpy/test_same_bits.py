"""One hash: results have the same bits whatever the processor, the threads, the sizes of tiles and the way to memory."""

import os
import pathlib
import subprocess
import sys

import pytest

PROGRAM = '''
import hashlib, math, numpy as np, nearfield as nf

@nf.stencil
def mean(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9

@nf.stencil(mode="reflect")
def edges(x):
    return math.sqrt((x[0, 1] - x[0, -1]) ** 2 + (x[1, 0] - x[-1, 0]) ** 2) + math.exp(-abs(x[0, 0])) * math.sin(x[0, 0])

@nf.stencil(mode="wrap")
def volume(x):
    return (x[-1, 0, 0] + x[1, 0, 0] + x[0, -1, 0] + x[0, 1, 0] + x[0, 0, -1] + x[0, 0, 1]) / 6 - x[0, 0, 0]

@nf.stencil(mode="nearest")
def window(x):
    total = 0
    for i in range(-5, 6):
        for j in range(-5, 6):
            total += x[i, j]
    return total

@nf.jit
def chain(x):
    return mean(mean(x)) - x

random = np.random.default_rng(5)
image = random.integers(0, 256, (700, 1088)).astype("uint8")  # rows of whole lines of the cache
odd = random.normal(0, 9, (300, 701)).astype("float32")
block = random.normal(0, 1, (20, 60, 90))
digest = hashlib.sha256()
for array in (mean(image), edges(odd), edges(odd.astype("float64")), volume(block), window(image), chain(image[:90, :333])):
    digest.update(np.ascontiguousarray(array).tobytes())
stored = np.zeros_like(image)
mean(image, out=stored)
digest.update(stored.tobytes())
print(digest.hexdigest())
'''
ALWAYS_PAST_CACHE = "streaming_bytes=0,streamed_row_bytes=0,prefetch_bytes=0"
WAYS = {
    "as it comes": {},
    "one thread": {"NEARFIELD_NUM_THREADS": "1"},
    "four threads in small pieces": {"NEARFIELD_NUM_THREADS": "4", "NEARFIELD_TUNING": "task_bytes=4096"},
    "small images row by row": {"NEARFIELD_TUNING": "strip_bytes=0", "NEARFIELD_TIER": "full"},
    "all images in strips": {"NEARFIELD_TUNING": f"strip_bytes={1 << 30}", "NEARFIELD_TIER": "full"},
    "past the cache": {"NEARFIELD_TUNING": ALWAYS_PAST_CACHE},
    "past the cache, no shuffles of all bytes": {"NEARFIELD_TUNING": ALWAYS_PAST_CACHE, "NEARFIELD_CPU": "skylake-avx512"},
    "fast code": {"NEARFIELD_TIER": "fast"},
    "full code": {"NEARFIELD_TIER": "full"},
    "no vectors wider than 16 bytes": {"NEARFIELD_CPU": "x86-64", "NEARFIELD_TIER": "full"},
    "32 bytes": {"NEARFIELD_CPU": "haswell", "NEARFIELD_TIER": "full"},
}


def digest(folder, settings):
    program = folder / "program.py"
    program.write_text(PROGRAM)
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    env = {**os.environ, "PYTHONPATH": path, "NEARFIELD_CACHE_DIR": str(folder / "cache"), **settings}
    done = subprocess.run([sys.executable, program], env=env, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder = pathlib.Path(tmp_path_factory.mktemp("bits"))
    return digest(folder, WAYS["as it comes"])


@pytest.mark.parametrize("way", [way for way in WAYS if WAYS[way]])
def test_every_way_gives_the_same_bits(expected, way, tmp_path):
    assert len(expected) == 64
    assert digest(tmp_path, WAYS[way]) == expected
