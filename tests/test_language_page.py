"""The programs of docs/language.md and docs/arrays.md run, and their errors read as they say."""

import doctest
import linecache
import math
import re

import numpy as np
import pytest

import nearfield as nf
from conftest import ROOT

PAGES = [ROOT / "docs/language.md", ROOT / "docs/arrays.md"]
BLOCK = re.compile(r"^```python( error)?\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.M | re.S)


def blocks():
    """(text, expected message or None) of each program of the pages."""
    for path in PAGES:
        page = path.read_text()
        for found in BLOCK.finditer(page):
            line = page.count("\n", 0, found.start()) + 1
            yield pytest.param(found[2], found[3] if found[1] else None, id=f"{path.stem}-line{line}")


def scope():
    return {"np": np, "nf": nf, "math": math, "__name__": "example"}


def execute(text):
    linecache.cache["example.py"] = (len(text), None, text.splitlines(keepends=True), "example.py")
    exec(compile(text, "example.py", "exec"), scope())


@pytest.mark.parametrize("text, message", list(blocks()))
def test_program(text, message):
    if message is not None:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - the page holds the class
            execute(text)
        error = caught.value
        name = "" if isinstance(error, nf.CompileError) else f"{type(error).__name__}: "
        assert (name + str(error)).strip() == message.strip()
    elif ">>>" in text:
        test = doctest.DocTestParser().get_doctest(text, scope(), "language.md", "language.md", 0)
        outcome = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
        assert outcome.attempted and not outcome.failed
    else:
        execute(text)


def test_every_program_is_found():
    assert len(list(blocks())) == sum(page.read_text().count("```python") for page in PAGES) > 5
