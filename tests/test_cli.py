"""The `nearfield` program as a user meets it: what it writes, says and returns."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

SMOOTH = (Path(__file__).resolve().parent / "install/smooth.py").read_text()
GOLDEN = Path(__file__).resolve().parent / "golden/cli"


@pytest.fixture
def nearfield(command, tmp_path):
    """Runs the program in a folder of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("NEARFIELD_")} | {"NEARFIELD_CACHE_DIR": str(tmp_path / "cache")}

    def run(*args, **options):
        return subprocess.run([command, *args], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, **options)

    run.folder, run.env, run.program = tmp_path, env, command
    return run


def write_images(folder, count=3, shape=(20, 30), dtype=np.uint8):
    folder.mkdir(exist_ok=True)
    images = [np.random.default_rng(i).integers(0, 200, shape).astype(dtype) for i in range(count)]
    for i, image in enumerate(images):
        Image.fromarray(image).save(folder / f"im{i}.png")
    return images


def smoothed(image):
    rows, columns = image.shape
    out = np.zeros_like(image)
    out[1:-1, 1:-1] = sum(image[1 + i:rows - 1 + i, 1 + j:columns - 1 + j].astype(int) for i in (-1, 0, 1) for j in (-1, 0, 1)) // 9
    return out


def test_run_smooths_a_folder(nearfield):
    images = write_images(nearfield.folder / "in")
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    done = nearfield("run", "smooth.py", "in/*.png", "-o", "out/*.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"smooth: 3 frames, 1\.8 KiB in, 1\.8 KiB out, [\d.]+ s at [\d.]+ \w+/s\n", done.stdout), done.stdout
    for i, image in enumerate(images):
        assert (np.array(Image.open(nearfield.folder / f"out/im{i}.png")) == smoothed(image)).all()


def test_run_takes_a_bare_function_and_options(nearfield):
    [image] = write_images(nearfield.folder / "in", 1)
    (nearfield.folder / "k.py").write_text("def shift(x):\n    return x[0, -1]\n")
    done = nearfield("run", "k.py", "in/im0.png", "-o", "out.png", "--mode", "nearest", "--dtype", "uint16", "--memory", "200MB", "--threads", "1", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    out = np.array(Image.open(nearfield.folder / "out.png"))
    assert out.dtype == np.uint16 and (out[:, 1:] == image[:, :-1]).all() and (out[:, 0] == image[:, 0]).all()


def case(name, code, *args, files=(), images=True):
    return pytest.param(code, args, files, images, id=name)


TWO = ("two.py", "import nearfield as nf\n@nf.stencil\ndef a(x): return x[-1, 0]\n@nf.stencil\ndef b(x): return x[1, 0]\n")
WRONG = ("wrong.py", "import nearfield as nf\n@nf.stencil(mode='mirorr')\ndef a(x): return x[-1, 0]\n")
BODY = ("body.py", "import nearfield as nf\n@nf.stencil\ndef a(x): return x[-1, 0] + offst\n@nf.stencil\ndef b(x): return x[0, 1] + x[1]\n")
COS = ("cos.py", "import numpy as np\nimport nearfield as nf\n@nf.stencil\ndef a(x):\n    return np.cos(x[-1]) + x[0]\n")
JITTED = ("jitted.py", "import nearfield as nf\n@nf.jit\ndef f(x, n): return x[n]\n")
NUMBERS = ("numbers.py", "import nearfield as nf\n@nf.vectorize(['uint8(uint8, uint8)', 'float32(float32, float32)'])\n"
           "def add(a, b): return a + b\n")
UNCHECKED = ("unchecked.py", "import nearfield as nf\n@nf.stencil(boundscheck=False)\ndef a(x): return x[-1, 0]\n")


@pytest.mark.parametrize("code, args, files, images", [
    case("no-command", 2),
    case("unknown-option", 2, "run", "smooth.py", "in/*.png", "-o", "x.png", "--fast"),
    case("missing-output", 2, "run", "smooth.py", "in/*.png"),
    case("bad-memory", 2, "run", "smooth.py", "in/*.png", "-o", "out/*.png", "--memory", "lots"),
    case("bad-mode", 2, "run", "smooth.py", "in/*.png", "-o", "out/*.png", "--mode", "mirorr"),
    case("several-kernels", 2, "run", "two.py", "in/*.png", "-o", "out/*.png", files=[TWO]),
    case("no-such-kernel", 2, "run", "two.py", "in/*.png", "-o", "out/*.png", "--kernel", "c", files=[TWO]),
    case("no-kernel-file", 3, "run", "nothing.py", "in/*.png", "-o", "out/*.png"),
    case("empty-glob", 3, "run", "smooth.py", "none/*.png", "-o", "out/*.png"),
    case("not-an-image", 3, "run", "smooth.py", "text.png", "-o", "out.png", files=[("text.png", "no image")]),
    case("wrong-option", 1, "run", "wrong.py", "in/*.png", "-o", "out/*.png", files=[WRONG]),
    case("unchecked", 1, "run", "unchecked.py", "in/*.png", "-o", "out/*.png", files=[UNCHECKED]),
    case("small-memory", 4, "run", "smooth.py", "in/*.png", "-o", "out/*.png", "--memory", "1"),
    case("check-wrong", 1, "check", "body.py", files=[BODY]),
    case("check-right", 0, "check", "smooth.py", "two.py", files=[TWO]),
    case("emit-contradiction", 2, "emit", "smooth.py", "--llvm", "--asm"),
    case("emit-gpu-alone", 2, "emit", "smooth.py", "--gpu", "sm_90"),
    case("emit-unknown-gpu", 1, "emit", "smooth.py", "--ptx", "--gpu", "gtx"),
    case("emit-no-gpu-code", 1, "emit", "cos.py", "--types", "float32[:]", "--ptx", files=[COS]),
    case("emit-numbers", 0, "emit", "numbers.py", files=[NUMBERS]),
    case("emit-a-number", 0, "emit", "numbers.py", "--types", "int16", "float32[:, :]", files=[NUMBERS]),
    case("emit-only-numbers", 0, "emit", "numbers.py", "--types", "uint8", "uint8", files=[NUMBERS]),
    case("emit-other-numbers", 1, "emit", "numbers.py", "--types", "float64", "float64", files=[NUMBERS]),
    case("emit-timings", 0, "emit", "smooth.py", "--timings"),
    case("explain-bad-size", 2, "explain", "smooth.py", "--size", "1000*1000"),
    case("explain-another-rank", 1, "explain", "smooth.py", "--types", "uint8[:, :]", "--size", "1000"),
    case("explain-no-types", 2, "explain", "jitted.py", files=[JITTED]),
    case("explain-wrong-types", 1, "explain", "smooth.py", "--types", "uint8[:]"),
    case("emit-tree", 0, "emit", "two.py", "--kernel", "b", "--after", "tree", files=[TWO]),
])
def test_texts_and_exit_codes(nearfield, request, code, args, files, images):
    """What is printed stands in tests/golden/cli/<case>.txt; ./dev test --update writes it."""
    if images:
        write_images(nearfield.folder / "in")
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    for name, text in files:
        (nearfield.folder / name).write_text(text)
    done = nearfield(*args)
    answer = f"exit {done.returncode}\n---- out\n{done.stdout}---- err\n{done.stderr}"
    answer = re.sub(r"[\d.]+( ?)MiB", r"<size>\1MiB", answer)  # depends on the machine
    answer = re.sub(r" +[\d.]+ ms", " <time> ms", answer)
    golden = GOLDEN / f"{request.node.callspec.id}.txt"
    if request.config.getoption("--update"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(answer)
    assert answer == golden.read_text()
    assert done.returncode == code
    assert not (nearfield.folder / "out").exists() or not list((nearfield.folder / "out").iterdir())


def test_every_golden_has_its_case(request):
    names = {item.callspec.id for item in request.session.items if item.originalname == "test_texts_and_exit_codes"}
    if names and len(names) == len(set(names)) and not request.config.getoption("-k"):
        assert {f.stem for f in GOLDEN.glob("*.txt")} == names


def test_output_is_not_replaced_unasked(nearfield):
    write_images(nearfield.folder / "in", 2)
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    run = ["run", "smooth.py", "in/*.png", "-o", "out/*.png"]
    assert nearfield(*run).returncode == 0
    before = (nearfield.folder / "out/im0.png").read_bytes()
    again = nearfield(*run)
    assert again.returncode == 1 and "overwrite" in again.stderr and again.stderr.startswith("error: ")
    assert (nearfield.folder / "out/im0.png").read_bytes() == before
    assert nearfield(*run, "--overwrite").returncode == 0


def test_a_truncated_image_is_named(nearfield):
    write_images(nearfield.folder / "in", 3)
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    whole = (nearfield.folder / "in/im1.png").read_bytes()
    (nearfield.folder / "in/im1.png").write_bytes(whole[:len(whole) // 2])
    done = nearfield("run", "smooth.py", "in/*.png", "-o", "out/*.png")
    assert done.returncode == 3 and "im1.png" in done.stderr, done.stderr
    assert not [f for f in (nearfield.folder / "out").glob("*") if f.name not in ("im0.png", "im2.png")]


def test_interrupting_ends_cleanly(nearfield):
    """Ctrl-C: status 130, and no temporary file is left."""
    write_images(nearfield.folder / "in", 300, (300, 300))
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    child = subprocess.Popen([nearfield.program, "run", "smooth.py", "in/*.png", "-o", "out/*.png", "--threads", "1"],
                             cwd=nearfield.folder, env=nearfield.env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    out = nearfield.folder / "out"
    while child.poll() is None and not (out.exists() and any(out.iterdir())):
        time.sleep(0.001)
    child.send_signal(signal.SIGINT)
    _, text = child.communicate(timeout=20)
    assert child.returncode == 130, (child.returncode, text)
    assert "interrupted" in text
    assert all(f.name.startswith("im") and f.suffix == ".png" for f in out.iterdir())


def test_help_is_everywhere(nearfield):
    for args in [(), ("run",), ("check",), ("info",), ("emit",), ("explain",), ("cache",)]:
        done = nearfield(*args, "--help")
        assert done.returncode == 0 and "Example" in done.stdout, args


def test_info_tells_the_shape(nearfield):
    write_images(nearfield.folder / "in", 3)
    done = nearfield("info", "in/*.png")
    assert done.returncode == 0
    for word in ("3", "20", "30", "uint8"):
        assert word in done.stdout


@pytest.mark.parametrize("args, word", [(["--llvm"], "define"), (["--asm"], "ret"), (["--timings"], "total"), ([], "func"),
                                        (["--ptx", "--gpu", "sm_90"], ".target sm_90")])
def test_emit_shows_stages(nearfield, args, word):
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    done = nearfield("emit", "smooth.py", *args)
    assert done.returncode == 0 and word in done.stdout, done.stderr


def test_explain_measures(nearfield, request):
    """The text of a measured call, its figures masked: only their places and what stands around them are the same everywhere."""
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    nearfield.env |= {"NEARFIELD_CPU": "x86-64"}
    done = nearfield("explain", "smooth.py", "--size", "300x400", "--dtype", "uint8", "--threads", "1")
    assert (done.returncode, done.stderr) == (0, "")
    text, times = re.subn(r" +[\d.]+ [mun]?s\b", " <time>", done.stdout)
    text, others = re.subn(r" +[\d.]+ (GB/s\b|%)", r" <\1>", text)
    assert times >= 2 and others >= 2, done.stdout
    text = re.sub(r"best of \d+", "best of <n>", re.sub(r"than [\d.]+ MB", "than <size>", text))
    text = re.sub(r"\d+ instructions a block .*", "<machine>", text)
    text = re.sub(r"(what to change\n).*", r"\1<advice>\n", text, flags=re.S)  # it depends on the figures
    golden = GOLDEN.parent / "explain/measured.txt"
    if request.config.getoption("--update"):
        golden.write_text(text)
    assert text == golden.read_text()
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_explain_tells_the_panels_of_a_volume(nearfield):
    (nearfield.folder / "around.py").write_text("import nearfield as nf\n\n\n@nf.stencil\ndef around(x):\n    return x[-1, 0, 0] + x[1, 0, 0]\n")
    nearfield.env |= {"NEARFIELD_TUNING": f"panel_bytes={20 * 6 * 50}"}  # two planes of uint8 and float32
    told = nearfield("explain", "around.py", "--size", "6x80x50", "--dtype", "float32").stdout
    assert "  panels       20 rows in all planes, then the rows below: whole planes do not stay near a core\n" in told
    assert "  panels " not in nearfield("explain", "around.py", "--size", "6x20x50", "--dtype", "float32").stdout


def test_the_cache_is_told_and_cleared(nearfield):
    (nearfield.folder / "smooth.py").write_text(SMOOTH)
    assert nearfield("emit", "smooth.py", "--timings").returncode == 0
    told = nearfield("cache").stdout
    assert told.startswith(str(nearfield.folder / "cache")) and "compiled kernel" in told
    assert "removed" in nearfield("cache", "--clear").stdout
    assert ": 0 compiled kernels" in nearfield("cache").stdout
