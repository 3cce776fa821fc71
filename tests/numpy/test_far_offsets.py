"""Offsets beyond the image: every border mode gives what np.pad gives, or says at once that it cannot."""

import numpy as np
import pytest

import nearfield as nf

image = np.arange(30, dtype="int16").reshape(5, 6)
PAD = {"reflect": "symmetric", "nearest": "edge", "mirror": "reflect", "wrap": "wrap"}


def far(distance):
    text = f"def kernel(x):\n    return x[{distance}, 0] + x[0, -{distance}] * 3\n"
    scope = {}
    exec(compile(text, "<far>", "exec"), scope)
    return lambda **options: nf.stencil(scope["kernel"], source=text, **options)


@pytest.mark.parametrize("mode", PAD)
@pytest.mark.parametrize("distance", [1, 4, 6, 7, 25, 300])
def test_continues_the_image(mode, distance):
    padded = np.pad(image.astype("int64"), distance, mode=PAD[mode])
    down = padded[2 * distance :, distance:-distance]
    left = padded[distance:-distance, : image.shape[1]]
    np.testing.assert_array_equal(far(distance)(mode=mode)(image), down + left * 3)


@pytest.mark.parametrize("distance", [5, 1000, 10**6, 2**40, 2**48])
def test_has_no_interior(distance):
    assert not far(distance)()(image).any()
    assert far(distance)(mode="valid")(image).size == 0
    assert (far(distance)(cval=7)(image) == 7).all()


@pytest.mark.parametrize("mode", PAD)
@pytest.mark.parametrize("distance", [10**6, 2**40, 2**48])
def test_refuses_to_continue_too_far(mode, distance):
    with pytest.raises(MemoryError, match=f"reads up to {distance} elements away.*more than 16 GiB"):
        far(distance)(mode=mode)(image)


@pytest.mark.parametrize("distance", [2**48 + 1, 2**62, 2**63 - 1])
def test_refuses_what_no_image_has(distance):
    for mode in ["constant", "valid", *PAD]:
        with pytest.raises(ValueError, match="elements away"):
            far(distance)(mode=mode)(image)
