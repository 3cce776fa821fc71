"""A folder of images of any size, smoothed in bounded memory: three lines, lazily until the last one."""

import pathlib
import tempfile

import numpy as np

import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


def make_scans(folder, shape, dtype):
    """Twenty noisy pictures of a moving disc."""
    folder.mkdir()
    random = np.random.default_rng(0)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    for i in range(20):
        disc = (rows - shape[0] // 2) ** 2 + (columns - 20 - 8 * i) ** 2 < 400
        disc = disc.reshape(disc.shape + (1,) * (len(shape) - 2))
        noisy = np.broadcast_to(100 + 100 * disc, shape) + random.normal(0, 20, shape)
        nf.imsave(folder / f"im{i}.png", noisy.clip(0, 255).astype(dtype))


with tempfile.TemporaryDirectory() as name:
    home = pathlib.Path(name)
    for kind, shape, dtype in [("grey", (120, 200), "uint8"), ("deep", (120, 200), "uint16"), ("colour", (120, 200, 3), "uint8")]:
        make_scans(home / kind, shape, dtype)
        (home / f"{kind}-out").mkdir()

        x = nf.imread(home / kind / "*.png")  # a lazy stack: nothing but the first header has been read
        y = smooth(x)  # the 2-D kernel over every image (and channel); still lazy
        report = nf.imsave(home / f"{kind}-out/*.png", y, progress=False)

        print(x)
        print(f"  {report['files']} files, noise {x[7].compute().std():.1f} -> {nf.imread(home / f'{kind}-out/im7.png').compute().std():.1f}")
        assert np.array_equal(nf.imread(home / f"{kind}-out/im7.png").compute(), y[7].compute())
