"""Smooths the slices of a real MRI volume by the command line and by Python, checks both, and draws what happened.

Run it with ``./dev demo``. Everything lands in ``out/demo``.
"""

import gzip
import pathlib
import shutil
import subprocess
import sys
import time

import matplotlib
import nilearn
import numpy as np
import scipy.ndimage

import nearfield as nf

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "out" / "demo"
KERNEL = pathlib.Path(__file__).with_name("smooth.py")
PEAK_OF_COMMAND = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def template_volume():
    """The MNI152 brain template that nilearn ships: 197 slices of 233 x 189, uint8."""
    data = pathlib.Path(nilearn.__file__).parent / "datasets" / "data"
    packed = (data / "mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz").read_bytes()
    raw = gzip.decompress(packed)
    rank, *shape = np.frombuffer(raw, "<i2", 4, offset=40)
    offset = int(np.frombuffer(raw, "<f4", 1, offset=108)[0])
    assert rank == 3, "not a volume"
    return np.frombuffer(raw, np.uint8, int(np.prod(shape)), offset=offset).reshape(shape, order="F")


def by_command_line():
    """``nearfield run``; returns its wall time in seconds and its peak memory in bytes."""
    command = pathlib.Path(sys.executable).with_name("nearfield")
    start = time.perf_counter()
    arguments = ["run", KERNEL, FOLDER / "in" / "*.png", "-o", FOLDER / "cli" / "*.png", "--overwrite"]
    # By way of a small process: what a process used before it became another one counts as the other's peak.
    done = subprocess.run([sys.executable, "-S", "-E", "-c", PEAK_OF_COMMAND, command, *map(str, arguments)],
                          check=True, stdout=subprocess.PIPE, text=True)  # fmt: skip
    return time.perf_counter() - start, int(done.stdout) * 1024


def by_python():
    """The three-line program; returns its wall time in seconds."""
    namespace = {}
    exec(compile(KERNEL.read_text(), str(KERNEL), "exec"), namespace)  # the very file that the command line reads
    start = time.perf_counter()
    x = nf.imread(str(FOLDER / "in" / "*.png"))
    y = namespace["smooth"](x)
    nf.imsave(str(FOLDER / "python" / "*.png"), y, overwrite=True)
    return time.perf_counter() - start


def picture(before, after, path):
    """before | after | difference, cropped to what is not black."""
    rows, columns = (np.flatnonzero(before.any(axis)) for axis in (1, 0))
    crop = np.s_[max(rows[0] - 4, 0) : rows[-1] + 5, max(columns[0] - 4, 0) : columns[-1] + 5]
    before, after = before[crop], after[crop]
    figure, axes = plt.subplots(1, 3, figsize=(13, 4.9), facecolor="black")
    blue_to_orange = matplotlib.colors.LinearSegmentedColormap.from_list("", ["#3fa9ff", "#000000", "#ff8a3c"])
    panels = [("before", before, "gray", 0, 255), ("after: mean of 3 x 3", after, "gray", 0, 255),
              ("difference", after.astype(int) - before, blue_to_orange, -30, 30)]  # fmt: skip
    for axis, (title, image, colours, low, high) in zip(axes, panels):
        axis.imshow(image, cmap=colours, vmin=low, vmax=high, interpolation="nearest")
        axis.set_title(title, color="white", fontsize=14)
        axis.axis("off")
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.9, wspace=0.03)
    figure.savefig(path, dpi=100, facecolor="black")


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name in ("in", "cli", "python"):
        (FOLDER / name).mkdir(parents=True)
    volume = np.ascontiguousarray(template_volume()[:, ::-1, ::-1].transpose(0, 2, 1))
    print(f"a brain template (MNI152): {volume.shape[0]} slices of {volume.shape[1]} x {volume.shape[2]}, {volume.dtype}")
    nf.imsave(str(FOLDER / "in" / "slice*.png"), volume)

    seconds, peak = by_command_line()
    megabytes = volume.nbytes / 1e6
    print(f"command line   {seconds:.2f} s, {megabytes / seconds:.0f} MB/s of pixels, peak memory {peak / 2**20:.0f} MiB")
    seconds = by_python()
    print(f"Python         {seconds:.2f} s, {megabytes / seconds:.0f} MB/s of pixels")

    cli = nf.imread(str(FOLDER / "cli" / "*.png")).compute()
    python = nf.imread(str(FOLDER / "python" / "*.png")).compute()
    assert np.array_equal(cli, python), "the two ways differ"
    mean = np.stack([scipy.ndimage.uniform_filter(image.astype(float), 3) for image in volume])
    expected = np.floor(mean + 1e-6).astype(np.uint8)
    assert np.array_equal(python[:, 1:-1, 1:-1], expected[:, 1:-1, 1:-1]), "SciPy gets something else"
    print("check          both ways are equal, and equal to scipy.ndimage.uniform_filter in the interior")

    fresh = time.time_ns() % 1_000_003  # a constant that no kernel had before, so that no cache has its code
    blend = nf.stencil(lambda x: (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5 + fresh)
    times = []
    for _ in range(2):
        start = time.perf_counter()
        blend(volume[100])
        times.append(1e3 * (time.perf_counter() - start))
    print(f"compile        {times[0]:.1f} ms for a new kernel with its first run; {times[1]:.2f} ms for the second run")

    picture(volume[95], python[95], FOLDER / "picture.png")
    print(f"picture        {(FOLDER / 'picture.png').relative_to(FOLDER.parent.parent)}")


if __name__ == "__main__":
    main()
