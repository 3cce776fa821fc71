"""One image at a time: read, smooth, write, in a loop over files."""

import os
import tempfile
from glob import glob

import numpy as np

import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


with tempfile.TemporaryDirectory() as home:
    os.chdir(home)
    os.mkdir("in")
    for i in range(5):
        ramp = np.add.outer(np.arange(64), np.arange(96)) + i
        nf.imsave(f"in/im{i}.png", ramp.astype("uint8"))

    for fn in glob("in/*.png"):
        img = nf.imread(fn)
        out = smooth(img)
        nf.imsave(fn.replace(".png", ".out.png"), out)

    # The mean around a point of a ramp is the point itself.
    before, after = nf.imread("in/im3.png").compute(), nf.imread("in/im3.out.png").compute()
    assert np.array_equal(before[1:-1, 1:-1], after[1:-1, 1:-1])
    print("wrote", *sorted(glob("in/*.out.png")))
    os.chdir("/")
