"""Writes docs/errors.md from src/base/codes.def and the goldens that show each error."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKER = "# ---- expect"
WIDEST = 110  # of a program's lines; the golden for nesting has wider ones
INTRODUCTION = """\
# Errors in kernels

Every error that the compiler can report about a kernel, with an example: the program, then what you read. All errors of a
program come at once. The first line holds the file, the line, the column and the code; `^` marks the text that is wrong, `-`
another place that has to do with it, and `hint` is a way out. In Python they are raised together as one `nf.CompileError`.

What goes wrong while a kernel runs is a Python exception instead (`IndexError`, `ZeroDivisionError`, ...), with the same kind of
mark: see [the language](language.md#errors). Written by `./dev docs` from the tests.
"""


def as_example(text):
    """A message for a program whose first line, the golden's `# run:`, is not shown: every line number is one less."""

    def less(found):
        return f"{int(found[0]) - 1:>{len(found[0])}}" if found[0].strip() else found[0]

    text = re.sub(r"^\S+?\.py:(\d+):", lambda found: f"example.py:{int(found[1]) - 1}:", text, flags=re.M)
    return re.sub(r"^ +\d+(?= \|)", less, text, flags=re.M)


def shown_errors():
    """For each code like ``E0204`` the best example, as (program or None, message): a short program with this error only."""
    best = {}
    for path in sorted((ROOT / "tests/golden").rglob("fail_*.py")):
        program, _, expected = path.read_text().partition(MARKER)
        program = "\n".join(program.splitlines()[1:]).strip("\n")
        lines = [line[2:] for line in expected.splitlines()[1:]]
        messages = re.findall(r"^\S+:\d+:\d+: error\[E\d+\].*(?:\n +.*)*", "\n".join(lines), re.M)
        codes = [re.search(r"error\[(E\d+)\]", message)[1] for message in messages]
        whole = len(set(codes)) == 1 and len(codes) <= 3 and max(map(len, program.splitlines())) <= WIDEST
        for code, message in zip(codes, messages):
            rank = (not whole, len(program) + len(message))
            if code not in best or rank < best[code][0]:
                best[code] = rank, program if whole else None, as_example("\n\n".join(messages) if whole else message)
    return {code: (program, message) for code, (_, program, message) in best.items()}


def page():
    """The text of docs/errors.md."""
    text = [INTRODUCTION]
    shown = shown_errors()
    for number, title in re.findall(r'NF_CODE\(\w+, (\d+), "([^"]+)"\)', (ROOT / "src/base/codes.def").read_text()):
        code = f"E{int(number):04d}"
        program, message = shown[code]
        text += [f"## {code}: {title}", ""]
        if program:
            text += ["```python", program, "```", ""]
        text += ["```text", message, "```", ""]
    return "\n".join(text)


if __name__ == "__main__":
    (ROOT / "docs/errors.md").write_text(page())
    print("written: docs/errors.md")
