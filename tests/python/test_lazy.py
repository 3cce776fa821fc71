"""Lazy arrays and image files from Python."""

import numpy as np
import pytest
from PIL import Image

import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


def write_stack(folder, count=12, shape=(30, 40), dtype="uint8"):
    frames = np.random.default_rng(0).integers(0, np.iinfo(dtype).max + 1, (count, *shape)).astype(dtype)
    for i, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"im{i}.png")
    return frames


def read_stack(folder, count):
    """What was written to `folder/*.png`: the `*` took the names of the input's files."""
    return np.stack([np.asarray(Image.open(folder / f"im{i}.png")) for i in range(count)])


def test_one_image_has_its_own_shape(tmp_path):
    frames = write_stack(tmp_path, 1)
    x = nf.imread(tmp_path / "im0.png")
    assert x.shape == (30, 40) and x.dtype == np.uint8 and x.ndim == 2 and x.size == 1200
    np.testing.assert_array_equal(np.asarray(x), frames[0])


def test_a_pattern_is_a_stack_in_natural_order(tmp_path):
    frames = write_stack(tmp_path)
    x = nf.imread(str(tmp_path / "im*.png"))
    assert x.shape == (12, 30, 40)
    np.testing.assert_array_equal(x.compute(), frames)
    np.testing.assert_array_equal(x[10].compute(), frames[10])
    np.testing.assert_array_equal(x[-2:].compute(), frames[-2:])
    np.testing.assert_array_equal(x[3:7, ...].compute(), frames[3:7])
    assert len(x) == 12


def test_a_list_is_a_stack(tmp_path):
    frames = write_stack(tmp_path, 3)
    x = nf.imread([tmp_path / "im2.png", tmp_path / "im0.png"])
    np.testing.assert_array_equal(x.compute(), frames[[2, 0]])


def test_the_three_line_program(tmp_path):
    frames = write_stack(tmp_path)
    (tmp_path / "out").mkdir()
    x = nf.imread(tmp_path / "im*.png")
    y = smooth(x)
    assert isinstance(y, nf.Array) and y.shape == x.shape
    report = nf.imsave(tmp_path / "out/*.png", y, progress=False)
    assert report["files"] == 12
    np.testing.assert_array_equal(read_stack(tmp_path / "out", 12), smooth(frames))


def test_colour_is_smoothed_channel_by_channel(tmp_path):
    frames = write_stack(tmp_path, 3, (30, 40, 3))
    y = smooth(nf.imread(tmp_path / "im*.png"))
    assert y.axes.endswith("YXC")
    expected = np.stack([smooth(np.ascontiguousarray(np.moveaxis(f, -1, 0))) for f in frames])
    np.testing.assert_array_equal(y.compute(), np.moveaxis(expected, 1, -1))


def test_sixteen_bits(tmp_path):
    frames = write_stack(tmp_path, 3, dtype="uint16")
    x = nf.imread(tmp_path / "im*.png")
    assert x.dtype == np.uint16
    nf.imsave(tmp_path / "smooth-*.png", smooth(x), progress=False)
    back = nf.imread(tmp_path / "smooth-*.png")
    assert back.dtype == np.uint16
    np.testing.assert_array_equal(back.compute(), smooth(frames))


def test_the_arguments_of_imsave_are_told_apart(tmp_path):
    image = np.arange(64, dtype="uint8").reshape(8, 8)
    nf.imsave(tmp_path / "a.png", image)
    nf.imsave(image, tmp_path / "b.png")
    for name in ("a.png", "b.png"):
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / name)), image)
    with pytest.raises(FileExistsError):
        nf.imsave(tmp_path / "a.png", image)
    nf.imsave(tmp_path / "a.png", image + 1, overwrite=True)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), image + 1)
    with pytest.raises(TypeError, match="a path and an array"):
        nf.imsave(image, image)


def test_map_blocks(tmp_path):
    frames = write_stack(tmp_path, 3)
    y = nf.imread(tmp_path / "im*.png").map_blocks(smooth, dtype="int8")
    assert y.dtype == np.int8
    np.testing.assert_array_equal(y.compute(), smooth(frames).astype("int8"))
    with pytest.raises(TypeError, match="map_blocks takes a stencil"):
        nf.imread(tmp_path / "im*.png").map_blocks(lambda x: x)


def test_gufuncs_are_lazy(tmp_path):
    frames = write_stack(tmp_path, 3)
    x = nf.imread(tmp_path / "im*.png")
    untyped = nf.guvectorize("(n,m)->(n,m)")(smooth)
    y = untyped(x)
    assert isinstance(y, nf.Array)
    np.testing.assert_array_equal(y.compute(), smooth(frames))
    typed = nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n,m)->(n,m)")(smooth)
    with pytest.raises(TypeError, match="could not be safely coerced.*nf.uint8"):
        typed(x)
    right = nf.guvectorize([(nf.uint8[:, :], nf.uint8[:, :])], "(n,m)->(n,m)")(smooth)
    assert right(x).dtype == np.uint8
    np.testing.assert_array_equal(right(x).compute(), smooth(frames))


def test_chains_and_casts():
    x = np.random.default_rng(0).integers(0, 255, (4, 50, 60)).astype("uint8")
    lazy = nf.from_array(x)
    np.testing.assert_array_equal(smooth(smooth(lazy)).compute(), smooth(smooth(x)))
    np.testing.assert_array_equal(smooth(lazy).astype("uint8").compute(), smooth(x).astype("uint8"))
    np.testing.assert_array_equal(smooth(lazy, mode="reflect").compute(), smooth(x, mode="reflect"))
    np.testing.assert_array_equal(smooth(lazy, dtype="uint8").compute(), smooth(x).astype("uint8"))


def test_how_it_looks():
    x = nf.from_array(np.zeros((4, 50, 60), "uint8"))
    shown = repr(x)
    assert shown.startswith("nearfield.Array<shape=(4, 50, 60), dtype=uint8, size=11.72 KiB, tile=(")
    assert "<table>" in x._repr_html_()


def test_what_lazy_arrays_refuse():
    x = nf.from_array(np.zeros((4, 50, 60), "uint8"))
    with pytest.raises(TypeError):
        np.sqrt(x)
    with pytest.raises(IndexError, match="out of bounds"):
        x[4]
    with pytest.raises(NotImplementedError, match="compute"):
        x[0, 1:3]
    with pytest.raises(NotImplementedError, match="step"):
        x[::2]
    with pytest.raises(TypeError, match="jitted function, which works on arrays in memory"):
        nf.jit(lambda a: a)(x)
    with pytest.raises(ValueError, match="write a number of bytes"):
        x.compute(memory="lots")


def test_progress(tmp_path):
    write_stack(tmp_path)
    seen = []
    x = nf.imread(tmp_path / "im*.png")
    nf.imsave(tmp_path / "out-*.png", smooth(x), progress=lambda *figures: seen.append(figures))
    assert seen and seen[-1][1] == 12

    def stop(*figures):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        nf.imsave(tmp_path / "again-*.png", smooth(x), progress=stop)
    smooth(x).compute()  # and the next run works


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        nf.imread(tmp_path / "nothing-*.png")
    with pytest.raises(FileNotFoundError):
        nf.imread(tmp_path / "nothing.png")
    write_stack(tmp_path)
    whole = (tmp_path / "im7.png").read_bytes()
    (tmp_path / "im7.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "out").mkdir()
    with pytest.raises(OSError, match="im7.png"):
        nf.imsave(tmp_path / "out/*.png", smooth(nf.imread(tmp_path / "im*.png")), progress=False)
    assert not (tmp_path / "out/im7.png").exists()
