"""The text of a live function, found again and proven to be its text.

A kernel is compiled from source. Its text is wherever ``linecache`` finds it: a module's file, a notebook's cell, a doctest.
What is found there is compiled by CPython and compared with the function, because a file that was edited after it was
imported would else give, without a word, another program than the one that Python runs.
"""

import __future__
import ast
import inspect
import linecache
import types
from typing import NamedTuple

from .errors import SourceError


class FunctionSource(NamedTuple):
    """The text of one function, as the compiler takes it."""

    file: str
    first_line: int  #: the line of the file where ``text`` begins
    text: str
    name: str  #: "<lambda>" for a lambda
    columns: tuple  #: for a lambda its byte range in ``text``


def function_source(function, source=None):
    """The source of a function.

    Parameters
    ----------
    function : function
    source : str, optional
        The text that the function was made from, for functions that ``exec`` made.

    Raises
    ------
    SourceError
        When there is no text, or another one than the function's.
    """
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"expected a Python function, not {function!r}")
    code = function.__code__
    if source is not None:
        return _in_given_text(function, source)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not lines:
        raise SourceError(
            f"the source of `{function.__name__}` cannot be found ({code.co_filename}): a function that exec, `python -c` or "
            "the interactive prompt made has no file. Give its text with source=..., or define it in a file or notebook"
        )
    found = _in_lines(function, lines)
    if found is None and linecache.cache.get(code.co_filename, (None, None))[1] is not None:
        # The lines may be older than the function, after importlib.reload.
        linecache.checkcache(code.co_filename)
        found = _in_lines(function, linecache.getlines(code.co_filename, function.__globals__))
    if found is None:
        raise SourceError(
            f"{code.co_filename}:{code.co_firstlineno}: the text of `{function.__name__}` is not what the function was made "
            "from: the file was edited after it was imported, or the function was changed by an import hook or decorator. "
            "Import it again, or give its text with source=..."
        )
    return found


def _in_lines(function, lines):
    """The source of the function in the lines of its file, or None when they are not its source."""
    code = function.__code__
    if code.co_name == "<lambda>":
        return _lambda_in_lines(function, lines)
    start = code.co_firstlineno - 1
    if start >= len(lines):
        return None
    for find in (_indented_block, inspect.getblock):  # the second one is right, and takes as long as compiling the kernel
        try:
            block = find(lines[start:])
        except (SyntaxError, IndentationError):
            return None
        indent = _indent(block[0])
        text = "".join(block)
        if not text.endswith("\n"):
            text += "\n"
        # Indented functions stay where they are, in a function that binds what they take from outside.
        header = f"def outer({', '.join(code.co_freevars)}):\n" if indent else ""
        if _is_text_of(function, header + text, lines, whole=find is inspect.getblock):
            return FunctionSource(code.co_filename, start + 1, _dedent(block, indent), code.co_name, (0, 0))
    return None


def _indent(line):
    return len(line) - len(line.lstrip())


def _indented_block(lines):
    """The lines of a function up to the first one that stands no further right than its ``def``.

    Where such a line is the inside of a string or bracket, what is left does not compile.
    """
    limit = _indent(lines[0])
    head = next((i for i, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def "))), 0)
    end = head + 1
    for at, line in enumerate(lines[head + 1 :], head + 1):
        text = line.strip()
        if not text:
            continue
        inside = _indent(line) > limit or text[0] in ")]}"
        if inside:
            end = at + 1
        elif text[0] != "#":
            break
    return lines[:end]


def _dedent(block, indent):
    """The block without its first line's indentation; lines inside strings and brackets may stand further left."""
    dedented = []
    for line in block:
        margin = len(line) - len(line.lstrip(" \t"))
        dedented.append(line[min(indent, margin) :])
    if not dedented[-1].endswith("\n"):
        dedented[-1] += "\n"
    return "".join(dedented)


def _lambda_in_lines(function, lines):
    """A lambda's source: the innermost one around the places that the code's instructions were compiled from."""
    code = function.__code__
    text = "".join(lines)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    places = [place for place in code.co_positions() if None not in place and place[3] > 0]
    if not places:
        return None
    begin = min((line, column) for line, _, column, _ in places)
    end = max((line, column) for _, line, _, column in places)
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda)
        and (node.body.lineno, node.body.col_offset) <= begin
        and end <= (node.body.end_lineno, node.body.end_col_offset)
    ]
    if not around:
        return None
    node = max(around, key=lambda n: (n.lineno, n.col_offset))
    segment = ast.get_source_segment(text, node)
    if not _is_text_of(function, f"def outer({', '.join(code.co_freevars)}):\n return (\n{segment})\n", lines):
        return None
    # In parentheses, because a lambda may run over several lines.
    columns = (1, 1 + len(segment.encode()))
    return FunctionSource(code.co_filename, node.lineno, f"({segment})\n", "<lambda>", columns)


def _in_given_text(function, source):
    """The source of the function in a text that the user gave."""
    code = function.__code__
    try:
        module = _compile(source, code)
    except SyntaxError as error:
        raise SourceError(f"source= of `{function.__name__}` does not parse: {error}") from None
    lines = source.splitlines(keepends=True)
    for candidate in _codes(module):
        if not same_code(candidate, code):
            continue
        moved = types.FunctionType(candidate, function.__globals__, closure=function.__closure__)
        found = _in_lines(moved, lines)
        if found is not None:
            return found
    raise SourceError(f"source= of `{function.__name__}` has no function that compiles to the same code as the function given")


#: The flags of `from __future__ import ...` that a function was compiled with.
_FUTURE = 0
for _name in __future__.all_feature_names:
    _FUTURE |= getattr(__future__, _name).compiler_flag


def _compile(text, code):
    return compile(text, code.co_filename, "exec", flags=code.co_flags & _FUTURE, dont_inherit=True)


def _codes(code):
    """A code object and all inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _is_text_of(function, text, lines, whole=True):
    """True when the text, or if `whole` its file, compiles to something that holds the function's code."""
    code = function.__code__
    # CPython compiles `np.zeros(...)` in another way where it sees that `np` is imported. What the module imports is not in
    # the text, so the names that are modules now are tried as imports; in a notebook the import is in another cell.
    modules = [n for n in _names(code) if isinstance(function.__globals__.get(n), types.ModuleType)]
    for imports in (f"import {', '.join(modules)}\n", "") if modules else ("",):
        if _has_code(imports + text, code):
            return True
    # The rest, such as `from x import y` and `y.f()`, takes the whole file.
    return whole and _has_code("".join(lines), code, at=code.co_firstlineno)


def _has_code(text, code, at=None):
    """True when the text compiles to something that holds this code, at this line if one is given."""
    try:
        module = _compile(text, code)
    except (SyntaxError, ValueError):
        return False
    return any(same_code(c, code) and at in (None, c.co_firstlineno) for c in _codes(module))


def _names(code):
    """The global names (and attributes) that a code object and those inside it use."""
    return dict.fromkeys(name for inner in _codes(code) for name in inner.co_names)


def same_code(a, b):
    """True when two code objects do the same: instructions, constants, names and parameters, not places."""
    return (
        a.co_name == b.co_name
        and a.co_code == b.co_code
        and a.co_names == b.co_names
        and a.co_varnames == b.co_varnames
        and set(a.co_freevars) == set(b.co_freevars)
        and a.co_cellvars == b.co_cellvars
        and a.co_argcount == b.co_argcount
        and a.co_kwonlyargcount == b.co_kwonlyargcount
        and a.co_posonlyargcount == b.co_posonlyargcount
        and len(a.co_consts) == len(b.co_consts)
        and all(map(_same_constant, a.co_consts, b.co_consts))
    )


def _same_constant(a, b):
    if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
        return same_code(a, b)
    # By type and text: 1 is not 1.0 or True, 0.0 is not -0.0, and nan is nan.
    return type(a) is type(b) and repr(a) == repr(b)
