"""PNG files from and for others: Pillow, imageio and OpenCV read what we write, and we read what they write."""

import cv2
import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image, PngImagePlugin

import nearfield as nf

SIZES = [(1, 1), (1, 7), (9, 1), (13, 17), (64, 300)]
KINDS = [(dtype, channels) for dtype in ("uint8", "uint16") for channels in (1, 2, 3, 4)]


def picture(shape, dtype, channels, seed=0):
    """Half smooth, half noise, so that encoders choose different filters; every value may occur."""
    random = np.random.default_rng(seed)
    top = np.iinfo(dtype).max
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    smooth = (rows * 3 + columns * 5)[..., None] * np.arange(1, channels + 1) * (top // 255) % (top + 1)
    image = np.where(columns[..., None] % 16 < 8, smooth, random.integers(0, top + 1, (*shape, channels))).astype(dtype)
    return image[..., 0] if channels == 1 else image


def read_by_opencv(path, channels):
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if channels >= 3:
        image = image[..., [2, 1, 0, 3][:channels]]
    return image


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("dtype, channels", [kind for kind in KINDS if kind != ("uint16", 2)])  # which no other here can
def test_others_read_what_we_write(tmp_path, dtype, channels, shape):
    image = picture(shape, dtype, channels)
    # Two channels are an image only by their axis name, which an array in memory has not: write them by way of a file.
    path = tmp_path / "ours.png"
    if channels == 2:
        Image.fromarray(image, "LA").save(tmp_path / "in.png")
        nf.imsave(path, nf.imread(tmp_path / "in.png"), progress=False)
    else:
        nf.imsave(path, image, progress=False)
    if dtype == "uint8" or channels == 1:  # Pillow has no colour of 16 bits
        np.testing.assert_array_equal(np.asarray(Image.open(path)).astype(dtype), image)
        np.testing.assert_array_equal(imageio.imread(path).astype(dtype), image)
    if channels != 2:  # OpenCV turns grey with alpha into colours
        np.testing.assert_array_equal(read_by_opencv(path, channels), image)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("channels, mode", [(1, "L"), (2, "LA"), (3, "RGB"), (4, "RGBA")])
def test_we_read_what_pillow_writes(tmp_path, channels, mode, shape):
    image = picture(shape, "uint8", channels)
    texts = PngImagePlugin.PngInfo()
    texts.add_text("comment", "words " * 1000, zip=True)
    for level in (0, 1, 9):
        Image.fromarray(image, mode).save(tmp_path / "in.png", compress_level=level, pnginfo=texts, dpi=(300, 300))
        np.testing.assert_array_equal(nf.imread(tmp_path / "in.png").compute(), image)


@pytest.mark.parametrize("mode", ["1", "P"])
def test_we_read_pillows_palettes_and_bits(tmp_path, mode):
    image = Image.fromarray(picture((20, 30), "uint8", 1)).convert(mode)
    image.save(tmp_path / "in.png")
    expected = np.asarray(image.convert("L" if mode == "1" else "RGB"))
    np.testing.assert_array_equal(nf.imread(tmp_path / "in.png").compute(), expected)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("dtype, channels", [kind for kind in KINDS if kind[1] != 2])
@pytest.mark.parametrize("strategy", range(5))
def test_we_read_what_opencv_writes(tmp_path, dtype, channels, shape, strategy):
    image = picture(shape, dtype, channels)
    turned = image[..., [2, 1, 0, 3][:channels]] if channels >= 3 else image
    cv2.imwrite(str(tmp_path / "in.png"), turned, [cv2.IMWRITE_PNG_COMPRESSION, 3, cv2.IMWRITE_PNG_STRATEGY, strategy])
    np.testing.assert_array_equal(nf.imread(tmp_path / "in.png").compute(), image)


@pytest.mark.parametrize("dtype, expected", [("bool", lambda x: x * 255), ("int16", lambda x: x), ("uint32", lambda x: x), ("int64", lambda x: x)])
def test_other_dtypes_are_stored_when_nothing_is_lost(tmp_path, dtype, expected):
    image = (picture((10, 12), "uint8", 1) % 2 if dtype == "bool" else picture((10, 12), "uint8", 1)).astype(dtype)
    nf.imsave(tmp_path / "a.png", image, progress=False)
    back = np.asarray(Image.open(tmp_path / "a.png"))
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, expected(image.astype("int64")))


@pytest.mark.parametrize("level", range(13))
def test_every_level_holds_the_same_pixels(tmp_path, level):
    image = picture((50, 60), "uint8", 3)
    nf.imsave(tmp_path / "a.png", image, compression=level, progress=False)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), image)
