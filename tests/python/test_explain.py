"""`explain`: its figures against counts by hand, its data, its drawings, and one text for shell and Python."""

import importlib.util
import json
import linecache
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import nearfield as nf

MEAN = """
import nearfield as nf


@nf.stencil(dtype="fit")
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
"""


@nf.stencil
def cross(x, y):
    return (x[-1, 0] + x[1, 0] + y[0, -1] + y[0, 1]) / np.float32(3)


@nf.stencil(neighborhood=((-2, 2),))
def window(x, n):
    total = 0
    for i in range(-n, n + 1):
        total += x[i]
    return total


@nf.jit
def doubled(x):
    for i in range(x.shape[0]):
        x[i] = 2 * x[i]


@pytest.fixture(scope="module")
def mean(tmp_path_factory):
    """The 3x3 mean from a file of its own, and the file."""
    path = tmp_path_factory.mktemp("explain") / "smooth.py"
    path.write_text(MEAN)
    spec = importlib.util.spec_from_file_location("smooth_of_explain", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.smooth, path


@pytest.fixture(scope="module")
def measured():
    return cross.explain(np.ones((64, 200), "float32"), np.ones((64, 200), "float32"))


def test_the_mean_of_nine_is_counted_as_by_hand(mean):
    data = mean[0].explain("uint8[:, :]").to_dict()
    code, point = data["code"], data["point"]
    assert (code["form"], code["lane_types"], code["phases"]) == ("vectors", ["uint16"], 2)
    assert code["lanes"] == code["vector_bytes"] // 2 and code["points"] == code["vector_bytes"]
    # Two phases, even and odd points. A row of the input gives the sum of three for each of them: two bytes are added in pairs and
    # one is taken out, so one addition each (without instructions for pairs: they share a pair, three additions). Of these sums
    # three rows are added for each row of the output, and pairs of rows are shared again: one addition for two output rows, and
    # one more for each.
    rows = code["rows"]
    has_pairs = code["vector_bytes"] >= 32
    additions = (2 if has_pairs else 3) * (rows + 2) + 2 * (rows // 2 + rows)
    assert point["operations"]["add"] == pytest.approx(additions / (2 * rows))
    assert point["operations"].get("multiply-add", 0) == pytest.approx(2 * (rows + 2) / (2 * rows) if has_pairs else 0)
    assert point["operations"]["multiply"] == pytest.approx(1)  # the division by 9
    # Each row of the input is loaded at columns -1 and 1, both phases at once.
    assert point["bytes_loaded"] == pytest.approx(2 * (rows + 2) / rows) and point["bytes_stored"] == 1
    assert (point["loads_per_block"], point["stores_per_block"]) == (2 * (rows + 2), rows)
    assert (point["bytes_in"], point["bytes_out"]) == (1, 1)
    assert any("multiply-high" in how for how in code["divisions"])


def test_shell_and_python_say_the_same(mean, command):
    kernel, path = mean
    shell = subprocess.run([command, "explain", path, "--types", "int8[:, :]"], capture_output=True, text=True, check=True)
    assert shell.stdout == str(kernel.explain("int8[:, :]"))
    assert repr(kernel.explain("int8[:, :]")) == shell.stdout.rstrip("\n")
    shell = subprocess.run([command, "explain", path, "--types", "int8[:, :]", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(shell.stdout) == kernel.explain(nf.int8[:, :]).to_dict()


def test_a_call_lies_between_its_limits(measured):
    call = measured.to_dict()["call"]
    assert call["given"] and call["array"] == "float32[64, 200]" and call["points"] == 62 * 198
    assert (call["bytes_in"], call["bytes_out"]) == (2 * 64 * 200 * 4, 64 * 200 * 4)
    assert call["stores"] == "direct" and call["streaming_from_bytes"] > 0 and not call["packed"]
    assert [run["threads"] for run in call["runs"]] == ([1] if call["threads"] == 1 else [1, nf.get_num_threads()])
    for run in call["runs"]:
        assert 0 < run["copy_seconds"] and run["runs"] > 3
        assert 0 < run["compute_seconds"] * run["threads"] <= call["runs"][0]["achieved_seconds"] * 1.001
        assert run["expected_seconds"] == max(run["copy_seconds"], run["compute_seconds"])
        assert run["share_of_copy"] == pytest.approx(run["copy_seconds"] / run["achieved_seconds"])


def test_the_kernel_is_run_on_the_arrays_that_are_given():
    x = np.zeros((40, 60), "float32")
    before = x.copy()
    data = cross.explain(x[:, ::2], x[:, ::2]).to_dict()
    assert data["call"]["packed"] and data["call"]["array"] == "float32[40, 30]" and (x == before).all()
    assert any("ascontiguousarray" in hint for hint in data["hints"])
    nothing = cross.explain(x[:1], x[:1]).to_dict()
    assert nothing["call"]["points"] == 0 and nothing["call"]["runs"] == []


def test_a_size_makes_arrays():
    data = window.explain("int16[:]", 2, size=(5000,)).to_dict()
    assert data["call"]["array"] == "int16[5000]" and not data["call"]["given"]
    assert data["code"]["form"] == "loop" and data["code"]["line"] and data["point"].keys() == {"bytes_in", "bytes_out"}
    stack = cross.explain("float32[:, :, :]", "float32[:, :, :]", size=(6, 50, 70)).to_dict()
    assert stack["call"]["images"] == 6 and stack["rank"] == 2 and stack["call"]["points"] == 6 * 48 * 68


def test_options_of_the_call_are_explained():
    data = cross.explain("float32[:, :]", "float32[:, :]", mode="reflect", dtype=np.float64).to_dict()
    assert data["border"] == "reflect" and data["results"][0]["dtype"] == "float64" and data["point"]["bytes_out"] == 8


def test_lazy_arrays_stand_for_their_types():
    lazy = nf.from_array(np.zeros((5, 6), "float32"))
    assert cross.explain(lazy, lazy).to_dict()["call"] is None


SHAPE = {
    "kernel": str, "kind": str, "file": str, "line": int, "rank": int, "border": str, "fastmath": bool, "verdict": str,
    "arguments": [{"name": str, "type": str, "relative": bool, "reads": [[int]]}],
    "results": [{"dtype": str, "values": (list, type(None))}],
    "footprint": [[int]],
    "notes": [{"pass": str, "done": bool, "text": str, "function": str, "file": str, "line": int, "excerpt": str}],
    "code": {"form": str, "cpu": str, "instructions": str, "vector_bytes": int, "lane_types": [str], "lanes": int, "phases": int,
             "rows": int, "points": int, "functions": [str], "divisions": [str], "machine_instructions": int, "registers": int, "spills": int,
             "carried": int, "bands": bool, "by_rows": bool, "by_rows_from": int},
    "point": {"bytes_in": int, "bytes_out": int, "bytes_loaded": float, "bytes_stored": float, "loads_per_block": float,
              "stores_per_block": float, "operations": dict},
    "call": {"array": str, "given": bool, "bytes_in": int, "bytes_out": int, "points": int, "images": int, "threads": int, "allowed_threads": int, "tasks": int,
             "rows_of_a_task": int, "panel_rows": int, "over_images": bool, "packed": bool, "stores": str, "streaming_from_bytes": int,
             "runs": [{"threads": int, "copy_seconds": float, "compute_seconds": float, "expected_seconds": float,
                       "achieved_seconds": float, "share_of_copy": float, "runs": int}]},
    "hints": [str],
}  # fmt: skip


def has_shape(value, shape, where="it"):
    if isinstance(shape, dict):
        assert value.keys() == shape.keys(), (where, value.keys() ^ shape.keys())
        for key, inner in shape.items():
            has_shape(value[key], inner, f"{where}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for item in value:
            has_shape(item, shape[0], f"{where}[]")
    else:
        assert isinstance(value, shape), (where, value)


def test_the_data_has_the_documented_keys(measured):
    has_shape(measured.to_dict(), SHAPE)


def test_every_key_is_documented():
    from conftest import ROOT

    page = (ROOT / "docs/explain.md").read_text()

    def keys(shape):
        if isinstance(shape, list):
            yield from keys(shape[0])
        if isinstance(shape, dict):
            for key, inner in shape.items():
                yield key
                yield from keys(inner)

    missing = {key for key in keys(SHAPE) if f"`{key}`" not in page}
    assert not missing


@pytest.mark.parametrize("kernel, args", [
    (cross, [np.ones((50, 60), "float32")] * 2), (window, [np.ones(500, "uint8"), 1]),
    (nf.stencil(lambda x: x[-1, 0, 1] + x[2, 0, 0], source="lambda x: x[-1, 0, 1] + x[2, 0, 0]"), [np.ones((9, 9, 90))]),
])  # fmt: skip
def test_the_drawings(kernel, args):
    """Well formed, both there, without scripts, and in colours that do not depend on the page's."""
    page = kernel.explain(*args)._repr_html_()
    root = ElementTree.fromstring(page)
    drawings = [e for e in root.iter() if e.tag.endswith("}svg")]
    titles = [next(e.text for e in drawing.iter() if e.tag.endswith("}title")) for drawing in drawings]
    assert len(drawings) == 2 and titles[0].startswith("what ") and titles[1].startswith("roofline of ")
    assert "<script" not in page and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', page))
    assert colours == {"currentColor", "none", "#2f8fd0", "#d97a1f"}
    for shape in drawings[1].iter():
        for name in ("x1", "x2", "cx"):
            assert 0 <= float(shape.get(name, 0)) <= 430
        for name in ("y1", "y2", "cy"):
            assert 0 <= float(shape.get(name, 0)) <= 250


def test_the_footprint_marks_what_is_read(measured):
    drawing = ElementTree.fromstring(measured._repr_html_())
    cells = [e for e in drawing.iter() if e.tag.endswith("}rect") and e.get("fill-opacity")]
    assert len(cells) == 2 * 9 and sum(float(e.get("fill-opacity")) > 0 for e in cells) == 4


def test_jitted_functions_are_told_what_is_known():
    text = str(doubled.explain(np.zeros(5)))
    assert "2 of 2 indexes are proven" in text and "explain counts and measures stencils" in text
    assert doubled.explain("float64[::1]").to_dict()["code"]["vector_loops"] == 1


def test_explaining_leaves_the_kernel_as_it_was():
    x = np.arange(12, dtype="float32").reshape(3, 4)
    before = cross(x, x)
    cross.explain(x, x)
    np.testing.assert_array_equal(cross(x, x), before)


def test_a_body_of_thousands_of_lines_is_called_too_long():
    terms = "".join(f"    t += x[{i // 100}, {i % 100}]\n" for i in range(2500))
    text = f"import nearfield as nf\n\n@nf.stencil\ndef total(x):\n    t = 0\n{terms}    return t\n"
    linecache.cache["long.py"] = (len(text), None, text.splitlines(True), "long.py")
    names = {}
    exec(compile(text, "long.py", "exec"), names)  # noqa: S102 - the kernel of this test
    said = str(names["total"].explain("uint8[:, ::1]"))
    assert "the body has\n      more than 6000 instructions" in said and "the body is too long for vectors" in said
    x = np.random.default_rng(0).integers(0, 256, (30, 110)).astype("uint8")
    assert names["total"](x)[3, 4] == x[3:28, 4:104].sum()


def test_how_results_are_stored_is_told_with_the_reason(tmp_path):
    program = tmp_path / "stores.py"
    program.write_text(
        "import numpy as np\nimport nearfield as nf\n\n"
        "@nf.stencil\ndef lower(x):\n    return min(x[0, -1], x[0, 1])\n\n"
        "@nf.stencil\ndef both(x, y):\n    return min(x[0, -1], y[0, 1])\n\n"
        "for shape in ((90, 700), (30, 2100)):\n    print(lower.explain(np.zeros(shape, 'uint8')))\n"
        "print(both.explain(*np.zeros((2, 30, 2100), 'uint8')))\n"
    )

    def stores(**settings):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), **settings}
        done = subprocess.run([sys.executable, program], env=env, capture_output=True, text=True, check=True)
        return re.findall(r"stores +(.*(?:\n {15}.*)?)", done.stdout)

    small = stores()
    assert all(text.startswith("direct, not past the cache: input and output of an image are not larger than ") for text in small)
    short, long, two = stores(NEARFIELD_TUNING="streaming_bytes=10000")
    assert short.startswith("direct, not past the cache: that takes rows of results of 2.05 kB, and registers of")
    assert long.startswith("streaming, past the cache: input and output of an image are larger than ") or long == short
    assert two == long
    assert set(stores(NEARFIELD_TUNING="streaming_bytes=10000", NEARFIELD_CPU="haswell")) == {short}
    between = stores(NEARFIELD_TUNING="streaming_bytes=150000")  # the last two move 126 kB and 189 kB
    assert between[1].startswith("direct, not past the cache: input and output of an image are not larger than ")
    assert between[2].startswith("streaming, ") or two == short


def test_a_volume_with_much_to_compute_is_stored_directly_by_few_threads(tmp_path):
    program = tmp_path / "stores.py"
    program.write_text(
        "import numpy as np\nimport nearfield as nf\n\n"
        "@nf.stencil\ndef mean(x):\n    total = np.float32(0)\n    for i in range(-1, 2):\n        for j in range(-1, 2):\n"
        "            for k in range(-1, 2):\n                total += x[i, j, k]\n    return total / np.float32(27)\n\n"
        "@nf.stencil\ndef step(x):\n    return x[0, 0, 1] + x[0, 1, 0] + x[1, 0, 0]\n\n"
        "for kernel in (mean, step):\n    print(kernel.explain(np.zeros((16, 64, 1024), 'float32')))\n"
    )

    def stores(threads, **settings):
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "NEARFIELD_NUM_THREADS": str(threads), **settings}
        done = subprocess.run([sys.executable, program], env=env, capture_output=True, text=True, check=True)
        return [" ".join(text.split()) for text in re.findall(r"\n  stores +(.*(?:\n {15}.*)?)", done.stdout)]

    few, plain = stores(1, NEARFIELD_TUNING="streaming_bytes=1000000")
    many = stores(4, NEARFIELD_TUNING="streaming_bytes=1000000")
    if "AuthenticAMD" in pathlib.Path("/proc/cpuinfo").read_text() or not plain.startswith("streaming"):
        assert few == plain, "it was measured on others, which have registers of 64 bytes"
    else:
        assert few == "direct, not past the cache: a volume with so much to compute that memory keeps up with few threads"
    assert many[0] == many[1]
