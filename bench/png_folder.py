"""A folder of PNG files, smoothed into another: whole processes, their wall time and peak memory."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

from measure import Table

KERNEL = """
import nearfield as nf

@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9
"""

DASK = """
import sys
import dask.array as da, dask_image.imread, numba, numpy as np, skimage.io
source, target = sys.argv[1:]

@numba.stencil
def kernel(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9

@numba.guvectorize([(numba.uint8[:, :], numba.uint8[:, :])], '(n, m) -> (n, m)')
def smooth(x, out):
    out[:] = kernel(x)

def save(block, block_info=None):
    first = block_info[0]['array-location'][0][0]
    for i, image in enumerate(block):
        skimage.io.imsave(f'{target}/{first + i:04d}.png', image, check_contrast=False)
    return block[:, :1, :1]

stack = dask_image.imread.imread(source + '/*.png')
smooth(stack).map_blocks(save, dtype='uint8').compute()
"""

OPENCV = """
import glob, os, sys
import cv2
source, target = sys.argv[1:]
for path in sorted(glob.glob(source + '/*.png')):
    image = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    cv2.imwrite(f'{target}/{os.path.basename(path)}', cv2.blur(image, (3, 3)), [cv2.IMWRITE_PNG_COMPRESSION, 1])
"""

VIPS = """
import glob, os, sys
import pyvips
source, target = sys.argv[1:]
mask = pyvips.Image.new_from_array([[1] * 3] * 3, scale=9)
for path in sorted(glob.glob(source + '/*.png')):
    image = pyvips.Image.new_from_file(path, access='sequential')
    image.conv(mask, precision='integer').pngsave(f'{target}/{os.path.basename(path)}', compression=1)
"""


def make_folder(folder, files, size):
    """``files`` grey PNGs of ``size``: tiles of a photograph, shifted, with a little noise from a fixed seed."""
    import skimage.data
    import skimage.io

    random = np.random.default_rng(7)
    photo = np.tile(skimage.data.camera(), (2, 2))
    for index in range(files):
        top, left = random.integers(0, 512, 2)
        image = photo[top : top + size, left : left + size].astype(np.int16) + random.integers(-3, 4, (size, size))
        skimage.io.imsave(folder / f"im{index}.png", np.clip(image, 0, 255).astype(np.uint8), check_contrast=False)


# A process's peak counts what its parent held when it was forked, so a small one starts it.
START = """
import os, sys, time
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


def command(argv, env=None):
    """Wall seconds and peak resident bytes of a process."""
    done = subprocess.run([sys.executable, "-S", "-E", "-c", START, *argv], env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)


def run(files=2000, size=512, rounds=2):
    """Prints the table and returns it."""
    table = Table(f"{files} PNG files of {size}x{size}, smoothed into a folder (wall time)", ["dask+numba", "opencv", "libvips"])
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        source = work / "in"
        source.mkdir()
        make_folder(source, files, size)
        (work / "smooth.py").write_text(KERNEL)
        for name, text in (("dask", DASK), ("cv", OPENCV), ("vips", VIPS)):
            (work / f"with_{name}.py").write_text(text)
        target = work / "out"
        python = sys.executable
        commands = {
            "nearfield": ["nearfield", "run", str(work / "smooth.py"), str(source / "*.png"), "-o", str(target / "*.png")],
            "dask+numba": [python, str(work / "with_dask.py"), str(source), str(target)],
            "opencv": [python, str(work / "with_cv.py"), str(source), str(target)],
            "libvips": [python, str(work / "with_vips.py"), str(source), str(target)],
        }
        env = dict(os.environ, PATH=os.pathsep.join([str(pathlib.Path(python).parent), os.environ["PATH"]]))
        times, memory = {}, {}
        for _ in range(rounds):
            for name, argv in commands.items():
                shutil.rmtree(target, ignore_errors=True)
                target.mkdir()
                seconds, peak = command(argv, env)
                written = len(list(target.iterdir()))
                assert written == files, f"{name} wrote {written} files"
                times[name] = min(times.get(name, seconds), seconds)
                memory[name] = max(memory.get(name, 0), peak)
    table.row("all", times)
    print("  peak memory: " + ", ".join(f"{name} {peak / 2**20:.0f} MiB" for name, peak in memory.items()))
    table.rows[-1]["peak_bytes"] = memory
    return [table]


if __name__ == "__main__":
    run(files=int(sys.argv[1]) if sys.argv[1:] else 2000)
