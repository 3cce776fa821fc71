"""Reading and writing one PNG image on one thread: photographs, against the bindings of libpng in OpenCV and Pillow."""

import pathlib
import tempfile

import numpy as np

import nearfield as nf
from measure import Table, interleaved


def photographs():
    """Names and pixels: grey, colour, with alpha, and sixteen bits with noise from a fixed seed."""
    import skimage.data

    random = np.random.default_rng(7)
    astronaut, camera = skimage.data.astronaut(), skimage.data.camera()
    deep = camera.astype(np.uint16) * 200 + random.integers(0, 200, camera.shape, dtype=np.uint16)
    alpha = np.full((*astronaut.shape[:2], 1), 255, np.uint8)
    return {"camera, grey": camera, "grass, grey": skimage.data.grass(), "astronaut, RGB": astronaut, "rocket, RGB": skimage.data.rocket(),
            "astronaut, RGBA": np.concatenate([astronaut, alpha], axis=2), "camera, 16 bits": deep}


def turned(image):
    """Colours in OpenCV's order."""
    return np.ascontiguousarray(image[..., [2, 1, 0, 3][: image.shape[2]]]) if image.ndim == 3 else image


def run():
    """Prints the tables and returns them."""
    import cv2
    from PIL import Image

    cv2.setNumThreads(1)
    threads = nf.get_num_threads()
    nf.set_num_threads(1)
    tables = []
    with tempfile.TemporaryDirectory() as work:
        ours, theirs = (str(pathlib.Path(work) / name) for name in ("nearfield.png", "opencv.png"))
        for maker in ("OpenCV, level 1", "Pillow, level 6"):
            tables.append(Table(f"read a PNG file of {maker}", ["opencv", "pillow"]))
            for name, image in photographs().items():
                if maker.startswith("OpenCV"):
                    cv2.imwrite(ours, turned(image), [cv2.IMWRITE_PNG_COMPRESSION, 1])
                else:
                    Image.fromarray(image).save(ours)
                tables[-1].row(name, interleaved({
                    "nearfield": lambda: nf.imread(ours).compute(),
                    "opencv": lambda: cv2.imread(ours, cv2.IMREAD_UNCHANGED),
                    "pillow": lambda: np.asarray(Image.open(ours)),
                }))
        tables.append(Table("write a PNG file", ["opencv"]))
        for name, image in photographs().items():
            back = turned(image)
            tables[-1].row(name, interleaved({
                "nearfield": lambda: nf.imsave(ours, image, overwrite=True, progress=False),
                "opencv": lambda: cv2.imwrite(theirs, back, [cv2.IMWRITE_PNG_COMPRESSION, 1]),
            }))
            sizes = [pathlib.Path(path).stat().st_size for path in (ours, theirs)]
            print(f"    {sizes[0]} bytes, OpenCV's {sizes[1]}: {sizes[0] / sizes[1]:.2f}")
    nf.set_num_threads(threads)
    return tables


if __name__ == "__main__":
    run()
