"""CPython is the reference for what is Python: which texts are, what their trees are, and where each node lies."""

import ast
import random
import re
import subprocess
import sysconfig
import textwrap
import tokenize
import warnings
from io import StringIO
from pathlib import Path

import pytest
from cpython_tree import tree_text

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
BROKEN = [
    "x = = 1", "f(", "f(a b)", "a[", "a[]", "(a", "a)", "{1: 2, 3}", "{1, 2: 3}", "{**a, 1}", "[*]", "f(**)", "f(a=1, b)",
    "f(**a, *b)", "f(x for x in y, 1)", "f(a.b=1)", "f(True=1)", "1 = a", "a + 1 = b", "f() = 1", "None = 1", "(a, b) += 1",
    "(a, b): int", "[a for b]", "[for a in b]", "lambda", "lambda: ", "a if b", "if a", "if a:\npass", "else: a", "for a b: c",
    "for 1 in a: b", "while: a", "def f(: a", "def f(a=1, b): c", "def f(*): a", "def f(**a, b): c", "def f(a, /, b, /): c",
    "class: a", "import", "from a import", "from import a", "from a import b,", "import a as b.c", "return = 1", "del 1",
    "del f()", "a := 1", "(a.b := 1)", "try: a", "try: a\nexcept: b\nexcept C: d", "with: a", "with a as 1: b", "with a as f(): b",
    "async a", "@\ndef f(): a", "@a\nb", "global 1", "a not b", "a is not", "not", "a == not b", "a ** not b", "1 + * 2", "*", "(*a)",
    "a ?", "a $ b", "a ! b", "0777", "0x", "0b2", "1_", "1__0", "1e", "1.2.3", "1a", "'a", '"""a', "'a\nb'", "f'{'", "f'}'", "f'{}'",
    "f'{a!x}'", "f'{a b}'", "'\\x1'", "'\\u12'", "'\\N'", "b'é'", "'a' b'b'", "if a:\n  b\n c", "if a:\n\tb\n        c", "a\n  b", "a \\ b",
    "a \\", "match a:\n  b", "match a:\n  case: b", "match a:\n  case 1 + 2: b\n  c", "raise a from", "assert", "print a", "exec a", "`a`",
    "a <> b", "def f(a, a b): c", "def f((a, b)): c", "lambda (a): b", "x = yield = 1", "a; ; b", "\x00", "a = \u201cb\u201d",
]  # fmt: skip


def answers(build_dir, folder, stage, texts):
    """What a stage says of each text."""
    paths = [folder / f"{i}.py" for i in range(len(texts))]
    for path, text in zip(paths, texts):
        path.write_bytes(f"# run: {stage}\n{text}".encode())
    done = subprocess.run([build_dir / "tests/nf-golden", *paths, paths[0]], capture_output=True, timeout=300)
    assert done.returncode == 0, f"the parser died: {done.stderr.decode()}"
    return done.stdout.decode().split("\x1e\n")[: len(texts)]


def modules(count):
    """Modules of the standard library as texts, always the same ones."""
    paths = sorted(p for p in LIBRARY.rglob("*.py") if "site-packages" not in p.parts and p.stat().st_size < 200_000)
    if not paths:
        pytest.skip("the standard library is not there as source")
    texts = []
    for path in random.Random(1).sample(paths, min(len(paths), 2 * count)):
        try:
            text = path.read_bytes().decode().removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "# ---- expect" not in text and len(texts) < count:
            texts.append(text)
    return texts


def refusal(text):
    """Why CPython refuses a text, or None. What it reads but cannot compile counts as undecided."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            return str(error)
        try:
            compile(text, "text", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return "undecided"
    return None


def check_agreement(build_dir, folder, texts):
    disagreements = []
    for text, answer in zip(texts, answers(build_dir, folder, "accepts", texts)):
        why = refusal(textwrap.dedent(text))  # a text that is indented as a whole is read here and refused there
        if why != "undecided" and (answer == "ok\n") != (why is None):
            disagreements.append(f"{text}\nCPython: {why}\nhere: {answer}")
    assert not disagreements, "\n\n".join(disagreements[:5])


def test_modules_of_the_standard_library_are_accepted(build_dir, tmp_path, long):
    check_agreement(build_dir, tmp_path, modules(3000 if long else 300))


@pytest.mark.parametrize("text", BROKEN)
def test_broken_texts_are_refused(build_dir, tmp_path, text):
    assert refusal(text) is not None, "CPython accepts this: it does not belong here"
    [answer] = answers(build_dir, tmp_path, "accepts", [text])
    assert answer != "ok\n"


def statements(text):
    """Short statements of a module, as texts."""
    lines = text.splitlines(keepends=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError):
            return []
    return ["".join(lines[s.lineno - 1 : s.end_lineno]) for s in body if s.end_lineno - s.lineno < 12 and s.col_offset == 0]


def broken_by_accident(text, choose):
    """The text with one token deleted, doubled elsewhere, or replaced by another.

    `type` is not among them: behind it stands what newer versions of CPython accept, and so do we.
    """
    pool = "( ) [ ] { } , : = == * ** if else for in not and lambda def return x 1 's' . ; -> := @ async await yield import from as del is"
    pool += " None while try except with + class pass global raise assert case match f'{x}' b'b' ... | ~ 0x1f 0777"
    skipped = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.NL, tokenize.COMMENT)
    tokens = [t for t in tokenize.generate_tokens(StringIO(text).readline) if t.type not in skipped]
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    token = choose.choice(tokens)
    begin, end = (starts[line - 1] + column for line, column in (token.start, token.end))
    word = choose.choice([choose.choice(pool.split()), choose.choice(tokens).string, ""])
    return text[:begin] + " " + word + " " + text[choose.choice([begin, end]) :]


def test_accidents_are_judged_as_cpython_judges_them(build_dir, tmp_path, long):
    choose = random.Random(2)
    texts = [s for module in modules(200) for s in statements(module)]
    texts = [broken_by_accident(s, choose) for s in choose.choices(texts, k=20_000 if long else 1_000)]
    check_agreement(build_dir, tmp_path, [text for text in texts if text == text.lstrip()])


def comparable(line):
    """A line of a tree without what the two do differently on purpose."""
    line = re.sub(r"Unsupported (f-string|bytes|a character by name.*|a surrogate in a string)  ", "Unsupported string  ", line)
    # A generator that is the only argument: CPython counts the parentheses of the call as its own.
    return re.sub(r"(Unsupported generator expression)  .*", r"\1", line)


def test_trees_and_places_are_those_of_cpython(build_dir, tmp_path, long):
    texts = [text for text in modules(3000 if long else 80) if refusal(text) is None]
    for text, answer in zip(texts, answers(build_dir, tmp_path, "tree", texts)):
        want = [comparable(line) for line in tree_text(f"# run: tree\n{text}")]
        got = [comparable(line) for line in answer.split("\n")[:-1]]
        first = next((i for i, pair in enumerate(zip(want, got)) if pair[0] != pair[1]), min(len(want), len(got)))
        assert got[first - 3 : first + 3] == want[first - 3 : first + 3]
        assert len(got) == len(want)
