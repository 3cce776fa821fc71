"""Images that are continued beyond their edges, against constant borders and OpenCV's and SciPy's filters: ``./dev bench borders``."""

import cv2
import numpy as np
import scipy.ndimage

import nearfield as nf
import threads
from measure import Table, interleaved
from stencil import mean_of

SIDES = (30, 100, 300, 1000, 3000)


def measure(dtype, side, seconds):
    """Seconds of 3x3 means with OpenCV's usual border, which is mode "mirror", and of ours with a constant one."""
    x = np.random.default_rng(1).integers(0, 250, (side, side)).astype(dtype)
    mean = nf.stencil(mean_of(dtype), dtype=dtype)
    ours, theirs = np.zeros_like(x), np.zeros_like(x)
    mean(x, out=ours, mode="mirror")
    cv2.blur(x, (3, 3), theirs)
    assert np.abs(ours.astype(float) - theirs).max() <= 1, "the results differ"  # OpenCV rounds where we cut
    return interleaved({
        "nearfield": lambda: mean(x, out=ours, mode="mirror"),
        "constant": lambda: mean(x, out=ours),
        "opencv": lambda: cv2.blur(x, (3, 3), theirs),
        "scipy": lambda: scipy.ndimage.uniform_filter(x, 3, output=theirs, mode="mirror"),
    }, seconds, group=3e-4)  # fmt: skip


def run(seconds=0.8):
    """Prints the tables and returns them."""
    tables = []
    for count in threads.each_count():
        table = Table(f"3x3 mean with a mirrored border, {threads.words(count)}", ["constant", "opencv", "scipy"])
        for dtype in ("uint8", "float32"):
            for side in SIDES:
                table.row(f"{dtype} {side}x{side}", measure(dtype, side, seconds))
        tables.append(table)
    return tables


if __name__ == "__main__":
    run()
