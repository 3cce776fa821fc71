"""The examples in docstrings run, and the stub of the compiled module says what the module has."""

import doctest
import importlib
import subprocess
import sys

import pytest

from conftest import ROOT

MODULES = sorted(path.stem for path in (ROOT / "python/nearfield").glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    module = importlib.import_module("nearfield" if name == "__init__" else f"nearfield.{name}")
    assert doctest.testmod(module).failed == 0


def test_the_stub_is_up_to_date(tmp_path, request):
    stub, made = ROOT / "python/nearfield/_core.pyi", tmp_path / "_core.pyi"
    command = [sys.executable, "-m", "nanobind.stubgen", "-q", "-m", "nearfield._core", "-o", made]
    subprocess.run(command, check=True, cwd=tmp_path)
    if request.config.getoption("--update"):
        stub.write_text(made.read_text())
    assert stub.read_text() == made.read_text()
