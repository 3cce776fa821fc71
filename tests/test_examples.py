"""Runs every example as a program of its own; each makes its own data and checks its own result."""

import pathlib
import subprocess
import sys

import pytest

from conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("[0-9][0-9]_*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example(path, tmp_path):
    run = subprocess.run([sys.executable, path], cwd=tmp_path, capture_output=True, text=True, timeout=110)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.strip(), "an example says what it did"


def test_the_demonstration():
    """`./dev demo`: the command and the Python program do the same to a real volume, and SciPy agrees."""
    if not pathlib.Path(sys.executable).with_name("nearfield").exists():
        pytest.skip("the package is not installed beside this Python: `./dev setup`")
    run = subprocess.run([sys.executable, ROOT / "examples/demo.py"], capture_output=True, text=True, timeout=110)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "both ways are equal" in run.stdout


def test_examples_are_short():
    assert EXAMPLES
    for path in EXAMPLES:
        assert len(path.read_text().splitlines()) < 60, path.name
