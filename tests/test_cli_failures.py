"""Runs of the `nearfield` program that go wrong: what is said, what is left, and that it is never half a file."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from test_cli import SMOOTH, nearfield, smoothed, write_images  # noqa: F401 (nearfield is a fixture)

RUN = ["run", "smooth.py", "in/*.png", "-o", "out/*.png"]
COUNT = 8


@pytest.fixture
def stack(nearfield):
    """A folder of eight images and the kernel; the images."""
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    return write_images(nearfield.folder / "in", COUNT)


def expect_whole_outputs(folder, images):
    """Every file in `out` is the finished result of its input; returns their names."""
    names = sorted(f.name for f in (folder / "out").iterdir())
    for name in names:
        number = int(name.removeprefix("im").removesuffix(".png"))
        assert (np.array(Image.open(folder / "out" / name)) == smoothed(images[number])).all(), name
    return names


def spoil_shape(path):
    Image.fromarray(np.zeros((21, 30), np.uint8)).save(path)


def spoil_dtype(path):
    Image.fromarray(np.zeros((20, 30), np.uint16)).save(path)


def spoil_half(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoil_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def spoil_content(path):
    path.write_text("this is no image")


def spoil_link(path):
    """A name that the pattern finds, and no file behind it."""
    path.unlink()
    path.symlink_to("nowhere.png")


@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize("spoil, word", [
    (spoil_shape, "(21, 30)"),
    (spoil_dtype, "uint16"),
    (spoil_half, "damaged"),
    (spoil_bit, "damaged"),
    (spoil_content, "not a PNG"),
    (spoil_link, "No such file"),
])
def test_a_bad_file_in_the_middle(nearfield, stack, spoil, word, threads):
    spoil(nearfield.folder / "in/im4.png")
    done = nearfield(*RUN, "--threads", threads)
    assert done.returncode == 3, done.stderr
    assert "in/im4.png" in done.stderr and "frame 4 of 8" in done.stderr and word in done.stderr
    names = expect_whole_outputs(nearfield.folder, stack)
    assert "im4.png" not in names
    # Frames are taken in order: those before the bad one are done; other threads may be ahead of it.
    assert names[:4] == [f"im{i}.png" for i in range(4)] and (threads != "1" or len(names) == 4)


def start(nearfield, *args):
    return subprocess.Popen([nearfield.program, *args], cwd=nearfield.folder, env=nearfield.env, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for_output(child, folder, count):
    """Until a number of files is finished."""
    end = time.monotonic() + 20
    while not folder.exists() or sum(f.suffix == ".png" for f in folder.iterdir()) < count:
        assert child.poll() is None and time.monotonic() < end, child.communicate()
        time.sleep(0.001)


@pytest.fixture
def long_stack(nearfield):
    """Images for seconds of work: links to three large ones."""
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    images = write_images(nearfield.folder / "originals", 3, (1000, 1000))
    folder = nearfield.folder / "in"
    folder.mkdir()
    for i in range(240):
        os.link(nearfield.folder / f"originals/im{i % 3}.png", folder / f"im{i}.png")
    return [images[i % 3] for i in range(240)]


def test_interrupt_in_the_middle(nearfield, long_stack):
    child = start(nearfield, *RUN)
    wait_for_output(child, nearfield.folder / "out", 3)
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=20)
    assert child.returncode == 130 and "interrupted" in errors
    names = expect_whole_outputs(nearfield.folder, long_stack)
    assert 3 <= len(names) < len(long_stack)


def test_kill_in_the_middle(nearfield, long_stack):
    """SIGKILL leaves no time to clean up: temporaries may stay, but a final name is a whole file."""
    out = nearfield.folder / "out"
    for finished in (1, 5, 9):
        child = start(nearfield, *RUN, "--overwrite")
        wait_for_output(child, out, finished)
        child.kill()
        child.communicate(timeout=20)
        assert child.returncode == -signal.SIGKILL
        for file in out.iterdir():
            if file.name.startswith("."):
                assert file.name.startswith(".nf-") and file.suffix == ".tmp"
                file.unlink()
        assert len(expect_whole_outputs(nearfield.folder, long_stack)) >= finished
        for file in out.iterdir():
            file.unlink()


@pytest.fixture
def as_another_user(command):
    """Runs the program without root's rights, for root is refused nothing; in a folder that the other user can reach."""
    options = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        folder.chmod(0o755)
        env = os.environ | {"NEARFIELD_CACHE_DIR": str(folder / "cache")}

        def run(*args):
            return subprocess.run([command, *args], cwd=folder, env=env, capture_output=True, text=True, timeout=60, **options)

        try:
            run("--version").check_returncode()
        except (PermissionError, subprocess.CalledProcessError) as error:
            pytest.skip(f"only root can run the program that was built here: {error}")
        run.folder = folder
        yield run


def test_a_folder_that_may_not_be_written(as_another_user):
    folder = as_another_user.folder
    (folder / "smooth.py").write_text(SMOOTH)
    write_images(folder / "in")
    (folder / "out").mkdir()
    (folder / "out").chmod(0o555)
    done = as_another_user(*RUN)
    assert done.returncode == 3 and "folder `out`" in done.stderr and "Permission denied" in done.stderr, done.stderr
    assert list((folder / "out").iterdir()) == []


def test_an_image_that_may_not_be_read(as_another_user):
    folder = as_another_user.folder
    (folder / "smooth.py").write_text(SMOOTH)
    write_images(folder / "in")
    (folder / "in/im1.png").chmod(0)
    (folder / "out").mkdir()
    (folder / "out").chmod(0o777)
    done = as_another_user(*RUN, "--threads", "1")
    assert done.returncode == 3 and "in/im1.png" in done.stderr and "Permission denied" in done.stderr, done.stderr
    assert [f.name for f in (folder / "out").iterdir()] == ["im0.png"]


def test_a_full_disk(nearfield, stack):
    """On a file system of its own, so that only this run meets its end."""
    out = nearfield.folder / "out"
    out.mkdir()
    mount = ctypes.CDLL(None, use_errno=True)
    if mount.mount(b"none", bytes(out), b"tmpfs", 0, b"size=16k") != 0:
        pytest.skip(f"a small file system cannot be mounted: {os.strerror(ctypes.get_errno())}")
    try:
        done = nearfield(*RUN)
        assert done.returncode == 3 and "No space left on device" in done.stderr and "out/im" in done.stderr
        names = expect_whole_outputs(nearfield.folder, stack)
        assert 1 <= len(names) < COUNT
    finally:
        assert mount.umount(bytes(out)) == 0


def test_existing_output_is_kept_whole(nearfield, stack):
    (nearfield.folder / "out").mkdir()
    (nearfield.folder / "out/im5.png").write_text("mine")
    done = nearfield(*RUN)
    assert done.returncode == 1 and "out/im5.png" in done.stderr and "--overwrite" in done.stderr
    assert [f.name for f in (nearfield.folder / "out").iterdir()] == ["im5.png"]
    assert (nearfield.folder / "out/im5.png").read_text() == "mine"
    assert nearfield(*RUN, "--overwrite").returncode == 0
    assert len(expect_whole_outputs(nearfield.folder, stack)) == COUNT


@pytest.mark.parametrize("output", ["in/*.png", "linked/*.png", "in/../in/*.png"])
def test_inputs_are_never_overwritten(nearfield, stack, output):
    (nearfield.folder / "linked").symlink_to("in")
    before = {f.name: f.read_bytes() for f in (nearfield.folder / "in").iterdir()}
    for flags in ([], ["--overwrite"]):
        done = nearfield("run", "smooth.py", "in/*.png", "-o", output, *flags)
        assert done.returncode == 1 and ("is an input" if flags else "is already there") in done.stderr
        assert {f.name: f.read_bytes() for f in (nearfield.folder / "in").iterdir()} == before


def test_beside_the_inputs_under_other_names(nearfield, stack):
    assert nearfield("run", "smooth.py", "in/im?.png", "-o", "in/smooth_*.png").returncode == 0
    assert (np.array(Image.open(nearfield.folder / "in/smooth_im3.png")) == smoothed(stack[3])).all()


def test_five_thousand_files(nearfield):
    write_images(nearfield.folder / "one", 1)
    (nearfield.folder / "in").mkdir()
    for i in range(5000):
        os.link(nearfield.folder / "one/im0.png", nearfield.folder / f"in/im{i}.png")
    done = nearfield("info", "in/*.png")
    assert "(5000, 20, 30)" in done.stdout and "im0.png to in/im4999.png" in done.stdout


def test_peak_memory_is_some_frames_not_the_stack(nearfield, long_stack):
    """240 MB of pixels in each direction; the budget would allow gigabytes."""
    # By way of a small process: what a process used before it became another one counts as the other's peak.
    launcher = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-S", "-E", "-c", launcher, nearfield.program, *RUN, "-q"]
    done = subprocess.run(command, cwd=nearfield.folder, env=nearfield.env, text=True, capture_output=True, check=True)
    assert int(done.stdout) < 150 << 10, f"{int(done.stdout) >> 10} MiB"
