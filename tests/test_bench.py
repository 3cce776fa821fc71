"""The benchmarks' own arithmetic: what they print is what they measured."""

import collections
import math
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "bench"))
import workloads  # noqa: E402
from corpus import SIZES, markdown, mean_of, shape_of  # noqa: E402
from measure import Table, geometric_mean, interleaved, order_of_round  # noqa: E402
from run import CHOOSING, PAGE, refreshed  # noqa: E402
from stencils import CASES  # noqa: E402


def test_a_ratio_below_one_is_marked_in_the_documents():
    table = Table("a title", ["one", "two", "three"], ["note"])
    table.row("row", {"nearfield": 2e-3, "one": 1e-3, "two": 5e-3}, notes=["words"])
    assert table.markdown().splitlines()[2:] == [
        "|  | nearfield | one | two | three | note |",
        "|---|---|---|---|---|---|",
        "| row | 2 ms | **0.50** | 2.50 | - | words |",
    ]


def test_the_corpus_is_one_table_with_a_column_for_each_size():
    tables = []
    for size, slower in (("small", 2), ("large", 0.5)):
        tables.append(Table(f"published stencils, {size}", ["numba loops"], ["form of the code"]))
        for name in ("a", "b"):
            tables[-1].row(name, {"nearfield": 1.0, "numba loops": slower}, notes=["vectors"])
    assert mean_of(tables[0]) == pytest.approx(2)
    assert markdown(tables).splitlines() == [
        "| stencil | small | large | code |",
        "|---|---|---|---|",
        "| a | 2.00 | **0.50** | vectors |",
        "| b | 2.00 | **0.50** | vectors |",
        "| geometric mean of 2 | 2.00 | **0.50** | |",
    ]


def test_new_tables_replace_the_old_ones_of_the_page():
    page = "a\n<!-- ./dev bench corpus -->\n\nold\n\n<!-- end -->\nb\n<!-- ./dev bench workloads -->\n\nkept\n\n<!-- end -->\n"
    assert refreshed(page, {"corpus": "new", "calls": "no place"}) == page.replace("old", "new")


def test_the_page_has_a_place_for_the_tables():
    """`--docs` would otherwise change nothing, without a word."""
    for name in CHOOSING:
        assert PAGE.read_text().count(f"<!-- ./dev bench {name} -->\n") == 1


def test_a_geometric_mean_of_opposite_ratios_is_one():
    assert geometric_mean([4, 0.25]) == pytest.approx(1)


@pytest.mark.parametrize("names", [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]], ids="".join)
def test_everyone_comes_behind_any_other_as_often(names):
    """What one leaves in the cache is then no matter of where it stands on the list."""
    rounds = [order_of_round(names, number) for number in range(400)]
    assert all(sorted(one) == names for one in rounds)
    pairs = collections.Counter(pair for one in rounds for pair in zip(one, one[1:]))
    assert len(pairs) == len(names) * (len(names) - 1)
    assert max(pairs.values()) < 1.5 * min(pairs.values())


def test_everyone_has_a_turn():
    calls = []
    times = interleaved({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, seconds=0.001, group=0)
    assert set(times) == {"a", "b"}
    assert min(times.values()) > 0
    assert min(calls.count("a"), calls.count("b")) >= 3


def test_the_arrays_of_a_size_take_its_bytes():
    """Within a tenth: rows and planes are whole."""
    for case in CASES:
        for size, nbytes in SIZES.items():
            shape = shape_of(case, size)
            arrays = [a for a in case.inputs(np.random.default_rng(0), (8,) * case.rank) if isinstance(a, np.ndarray)]
            point = sum(a.itemsize for a in arrays) + sum(np.dtype(dtype).itemsize for dtype in case.outputs)
            assert math.prod(shape) * point == pytest.approx(nbytes, rel=0.1), case.name


def test_every_workload_has_goals():
    """Three for each: the share of the copy limit, the lead over Halide, and that over Numba's loops."""
    for letter, cases in workloads.ALL.items():
        for case in cases:
            assert case.name.startswith(letter)
            for size in ("small", "large"):
                for threads in (1, 2):
                    share, halide, loops = workloads.goals(case.name, size, threads)
                    assert 0 < share <= 1 <= loops
                    assert halide > 0.9


def test_every_workload_has_schedules():
    pytest.importorskip("halide", reason="Halide is not installed")
    import schedules

    names = {case.name for cases in workloads.ALL.values() for case in cases}
    assert set(schedules.SCHEDULES) == names
