"""Options and places that the Python tests share."""

import os
from pathlib import Path

import hypothesis
import pytest

# Timings decide no test.
hypothesis.settings.register_profile("nearfield", deadline=None)
hypothesis.settings.load_profile("nearfield")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="rewrite the expected part of goldens")
    parser.addoption("--long", action="store_true", help="the long versions of tests too")


@pytest.fixture(scope="session")
def build_dir():
    """The folder that holds what was built: NEARFIELD_BUILD, else build/."""
    return Path(os.environ.get("NEARFIELD_BUILD", ROOT / "build"))


@pytest.fixture(scope="session")
def command(build_dir):
    """The native `nearfield` program."""
    program = build_dir / "nearfield"
    assert program.exists(), f"{program} is not built: run ./dev build"
    return program


@pytest.fixture(scope="session")
def long(request):
    """Whether the long versions of tests were asked for."""
    return request.config.getoption("--long")
