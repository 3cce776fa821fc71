"""The text of a live function is found wherever Python shows it, and refused when it is not the function's text."""

import doctest
import importlib.util
import linecache
import math
import os
import subprocess
import sys
import textwrap

import pytest

from nearfield.errors import SourceError
from nearfield.source import function_source


def module_from(folder, name, text):
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(text))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_function_of_a_module():
    def plain(x):
        # a comment stays in
        return x + 1

    found = function_source(plain)
    assert found.text == "def plain(x):\n    # a comment stays in\n    return x + 1\n"
    assert found.file == __file__
    assert found.first_line == plain.__code__.co_firstlineno


def test_decorators_are_part_of_the_text(tmp_path):
    module = module_from(
        tmp_path,
        "decorated",
        """
        def keep(f):
            return f

        @keep
        @keep
        def f(x):
            return x
        """,
    )
    found = function_source(module.f)
    assert found.text.startswith("@keep\n@keep\ndef f(x):")
    assert found.first_line == 5


def test_a_closure_inside_a_method():
    scale = 3

    class Holder:
        @staticmethod
        def f(x):
            text = """
  further left than the function
            """
            return x * scale + len(text)

    found = function_source(Holder.f)
    assert found.text.startswith("@staticmethod\ndef f(x):\n    text = ")
    compile(found.text, "again", "exec")


def test_a_function_over_brackets_and_strings_that_stand_left():
    def f(x):
        return (x +
    1)

    assert function_source(f).text.endswith("1)\n")


def test_lambdas_on_one_line_are_told_apart():
    a, b = lambda x: x + 1, lambda x: x + 2
    assert function_source(a).text == "(lambda x: x + 1)\n"
    assert function_source(b).text == "(lambda x: x + 2)\n"
    assert function_source(b).columns == (1, 16)
    assert function_source(b).name == "<lambda>"


def test_a_lambda_over_several_lines_with_a_closure():
    k = 2
    f = (lambda x:
         x[-1] * k +
         x[1])
    found = function_source(f)
    assert found.text.splitlines() == ["(lambda x:", "         x[-1] * k +", "         x[1])"]
    assert found.first_line == f.__code__.co_firstlineno


def test_future_annotations_do_not_matter(tmp_path):
    module = module_from(
        tmp_path,
        "annotated",
        """
        from __future__ import annotations

        def f(x: not_there) -> nor_this:
            return x
        """,
    )
    assert "not_there" in function_source(module.f).text


def test_doctests(tmp_path):
    module = module_from(
        tmp_path,
        "with_doctest",
        '''
        """
        >>> from nearfield.source import function_source
        >>> def f(x):
        ...     return x + 1
        >>> print(function_source(f).text)
        def f(x):
            return x + 1
        <BLANKLINE>
        """
        ''',
    )
    assert doctest.testmod(module) == doctest.TestResults(failed=0, attempted=3)


def test_notebook_cells():
    """A notebook puts the text of each cell into linecache under a made-up name."""
    cell = "def f(x):\n    return x - 1\n"
    name = "<ipython-input-1-abcdef>"
    linecache.cache[name] = (len(cell), None, cell.splitlines(True), name)
    scope = {}
    exec(compile(cell, name, "exec"), scope)
    assert function_source(scope["f"]).text == cell


def test_exec_needs_source():
    text = "k = 2\n\ndef f(x):\n    return x * k\n"
    scope = {}
    exec(text, scope)
    with pytest.raises(SourceError, match=r"source of `f` cannot be found \(<string>\).*source="):
        function_source(scope["f"])
    found = function_source(scope["f"], text)
    assert (found.first_line, found.text) == (3, "def f(x):\n    return x * k\n")


def test_a_wrong_source_is_refused():
    scope = {}
    exec("def f(x):\n    return x * 2\n", scope)
    with pytest.raises(SourceError, match="no function that compiles to the same code"):
        function_source(scope["f"], "def f(x):\n    return x * 3\n")
    with pytest.raises(SourceError, match="does not parse"):
        function_source(scope["f"], "def f(x:\n")


def test_a_closure_of_exec_with_source():
    text = "def outer(k):\n    def f(x):\n        return x * k\n    return f\n"
    scope = {}
    exec(text, scope)
    assert function_source(scope["outer"](3), text).text == "def f(x):\n    return x * k\n"


@pytest.mark.parametrize(
    "old, new",
    [
        ("return x + 1", "return x + 2"),
        ("return x + 1", "return x + 1.0"),
        ("return x + 1", "return y + 1"),
        ("return x + 1", "return x - 1"),
        ("def f(x):", "def f(x, y):"),
        ("def f(x):", "def g(x):"),
        ("return x + 1", "return (lambda z: z)(x + 1)"),
    ],
)
def test_a_file_edited_after_import_is_refused(tmp_path, old, new):
    module = module_from(tmp_path, "edited", "def f(x):\n    return x + 1\n")
    path = tmp_path / "edited.py"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(SourceError, match=r"edited.py:1: the text of `f` is not what the function was made from"):
        function_source(module.f)


def test_an_edit_that_changes_only_a_comment_is_fine(tmp_path):
    module = module_from(tmp_path, "commented", "def f(x):\n    return x + 1\n")
    (tmp_path / "commented.py").write_text("def f(x):\n    return x + 1  # one more\n")
    assert "# one more" in function_source(module.f).text


def test_a_reloaded_module_is_read_again(tmp_path):
    module = module_from(tmp_path, "reloaded", "def f(x):\n    return x + 1\n")
    assert "x + 1" in function_source(module.f).text
    path = tmp_path / "reloaded.py"
    path.write_text("def f(x):\n    return x + 100\n")
    os.utime(path, (1, 1))
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    assert "x + 100" in function_source(module.f).text


@pytest.mark.parametrize("imports", ["import math", "import math as m; m.pi", "from os import path as math", "math = __import__('math')"])
def test_calls_of_imported_modules(tmp_path, imports):
    """CPython compiles `math.floor(x)` in two ways, by how `math` came into the module."""
    name = "m" if " as m;" in imports else "math"
    call = "exists" if "path" in imports else "floor"
    module = module_from(tmp_path, "importing", f"{imports}\ndef f(x):\n    return {name}.{call}(x)\n")
    assert function_source(module.f).text == f"def f(x):\n    return {name}.{call}(x)\n"


def test_builtins_are_not_functions():
    with pytest.raises(TypeError, match="expected a Python function"):
        function_source(math.sqrt)


def test_python_c_says_what_to_do():
    program = "import nearfield as nf\n@nf.jit\ndef f(x): return x\n"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 1
    assert "the source of `f` cannot be found (<string>)" in run.stderr
    assert "source=" in run.stderr
