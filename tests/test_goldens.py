"""Runs every golden file: the text above the marker goes through its stage, and must give the text below it."""

import difflib
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

GOLDEN = ROOT / "tests/golden"
MARKER = "# ---- expect (./dev test --update)\n"
FILES = sorted(f for f in GOLDEN.rglob("*") if f.suffix in (".py", ".nf"))
PROGRAM_END = "\x1e\n"  # nf-golden puts this line after each of several answers


def commented(answer):
    """An answer as it stands in a golden file: each line behind `# `."""
    return "".join("#\n" if line == "" else f"# {line}\n" for line in answer.splitlines())


def run_golden(program, files):
    """The answers of nf-golden for these files, in order; a crash is blamed on the file that it died at."""
    done = subprocess.run([program, *files], capture_output=True, text=True, timeout=300)
    answers = done.stdout.split(PROGRAM_END)
    if len(files) == 1:
        answers = [done.stdout, ""]
    if done.returncode or len(answers) != len(files) + 1:
        at = files[min(len(answers) - 1, len(files) - 1)]
        raise RuntimeError(f"nf-golden ended with {done.returncode} at {at.relative_to(ROOT)}\n{done.stderr}")
    return answers[:-1]


@functools.cache
def answers_of_folder(program, folder):
    """The answers for all goldens of a folder from one process; after a crash, each file's from a process of its own."""
    files = [f for f in FILES if f.parent == folder]
    try:
        return dict(zip(files, run_golden(program, files)))
    except RuntimeError:
        return {}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(GOLDEN)))
def test_golden(file, build_dir, request):
    program = build_dir / "tests/nf-golden"
    answer = answers_of_folder(program, file.parent).get(file)
    if answer is None:
        [answer] = run_golden(program, [file])
    source, marker, expected = file.read_text().partition(MARKER)
    if request.config.getoption("--update"):
        if not source.endswith("\n"):
            source += "\n"
        file.write_text(source + MARKER + commented(answer))
        return
    assert marker, f"{file.name} has no expected part: run ./dev test --update and read what it wrote"
    if commented(answer) != expected:
        diff = difflib.unified_diff(expected.splitlines(), commented(answer).splitlines(), "expected", "now", lineterm="")
        pytest.fail("\n".join(diff), pytrace=False)


def test_every_error_code_has_a_golden():
    """Each code of base/codes.def is shown by a golden that fails with it."""
    table = (ROOT / "src/base/codes.def").read_text()
    codes = {f"E{int(number):04d}": name for name, number in re.findall(r"^NF_CODE\((\w+), (\d+),", table, re.M)}
    shown = {code for f in FILES if f.name.startswith("fail_") for code in re.findall(r"error\[(E\d{4})\]", f.read_text())}
    missing = [f"{code} {name}" for code, name in codes.items() if code not in shown]
    assert codes and not missing, "no fail_ golden shows: " + ", ".join(missing)


def test_failing_goldens_are_named_so():
    """A golden whose answer holds an error is named fail_*, and the other way round."""
    for file in FILES:
        expected = file.read_text().partition(MARKER)[2]
        # IR is ours and no user's program: what is wrong with it has no code.
        fails = "error[E" in expected or expected.startswith(("# IR text, line ", "# internal error: ill-formed IR"))
        assert file.name.startswith("fail_") == fails, file.relative_to(ROOT)


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, *sys.argv[1:]]))
