"""The coefficients of the elementary functions are those that their script makes."""

import subprocess
import sys

from conftest import ROOT


def test_coefficients_can_be_made_again():
    made = subprocess.run([sys.executable, ROOT / "docs/why/coefficients.py"], capture_output=True, text=True, check=True).stdout
    assert made == (ROOT / "src/ir/elementary/coefficients.h").read_text()
