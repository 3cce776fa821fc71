"""Texts of errors as golden files: what tests of them share."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def show(error):
    """The text of an error, without the folder that the tests lie in."""
    return f"{type(error).__name__}: {error}\n".replace(str(HERE), "TESTS")


class Mistakes(dict):
    """Functions that do something wrong, by name; the object decorates them. `prefix` goes before their names."""

    def __init__(self, prefix=""):
        super().__init__()
        self.prefix = prefix

    def __call__(self, function):
        self[self.prefix + function.__name__] = function
        return function


def check(mistake, golden, request):
    """Makes a mistake and compares what is said with the golden file."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the golden holds the class
        mistake()
    text = show(caught.value)
    if request.config.getoption("--update"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text()
