"""`cmake --install` gives a package that a project of a user's finds, links and runs."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image

PROJECT = Path(__file__).resolve().parent / "install"


def run(*command, cwd=None):
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_an_installed_package_is_found_and_runs(build_dir, tmp_path):
    prefix, build, work = tmp_path / "prefix", tmp_path / "build", tmp_path / "work"
    run("cmake", "--install", build_dir, "--prefix", prefix)
    run("cmake", "-G", "Ninja", "-S", PROJECT, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}")
    run("cmake", "--build", build)

    (work / "scans").mkdir(parents=True)
    shutil.copy(PROJECT / "smooth.py", work)
    image = np.random.default_rng(1).integers(0, 256, (40, 50), dtype=np.uint8)
    Image.fromarray(image).save(work / "scans/a.png")
    run(build / "smooth", cwd=work)

    sums = sum(image[1 + i:39 + i, 1 + j:49 + j].astype(int) for i in (-1, 0, 1) for j in (-1, 0, 1))
    out = np.array(Image.open(work / "out/a.png"))
    assert (out[1:-1, 1:-1] == sums // 9).all() and not out[0].any()
    assert run(prefix / "bin/nearfield", "--version").startswith("nearfield ")
