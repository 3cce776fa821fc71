"""Writes docs/errors.md from src/base/codes.def and the goldens that show each error."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKER = "# ---- expect"


def shown_errors():
    """For each code like ``E0204``: the first golden whose expected part shows it, as (program, text)."""
    shown = {}
    for path in sorted((ROOT / "tests" / "golden").rglob("fail_*")):
        program, _, expected = path.read_text().partition(MARKER)
        lines = [line[2:] if line.startswith("# ") else line[1:] for line in expected.splitlines()[1:]]
        program = "\n".join(program.splitlines()[1:]).strip("\n")
        for block in re.split(r"\n\n+", "\n".join(lines)):
            for code in re.findall(r"error\[(E\d+)\]", block):
                known = shown.get(code)
                if known is None or len(program) < len(known[0]):
                    shown[code] = (program, block)
    return shown


def page():
    """The text of docs/errors.md."""
    text = ["# Errors in kernels", "", "Every error that the compiler reports, with a program that shows it. Written by `./dev docs`.", ""]
    shown = shown_errors()
    for number, title in re.findall(r'NF_CODE\(\w+, (\d+), "([^"]+)"\)', (ROOT / "src/base/codes.def").read_text()):
        code = f"E{int(number):04d}"
        text += [f"## {code}: {title}", ""]
        if code in shown:
            program, message = shown[code]
            text += ["```python", program, "```", "", "```", message.strip("\n"), "```", ""]
    return "\n".join(text)


if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(page())
    print("written: docs/errors.md")
