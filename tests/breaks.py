"""Breaks each rule that rewrites programs or stores results, one at a time, and expects the tests that guard it to fail.

``./dev breaks [NAME...]`` works on a copy of the tree in build/broken. It takes minutes, since each break is built: it is for
those who change a rule or its tests.
"""

import os
import pathlib
import shutil
import subprocess
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[1]
BROKEN = ROOT / "build" / "broken"


class Break(NamedTuple):
    """``old`` becomes ``new`` in ``file``; then a test of ``program`` whose name matches ``tests`` must fail."""

    name: str
    file: str
    old: str
    new: str
    program: str = "engine"
    tests: str = "RandomStencils*"


BREAKS = (
    Break("narrow-ranges: lanes", "passes/narrow_ranges.cpp", "Range::of(dtype).contains(range)) return dtype", "true) return dtype"),
    Break("narrow-ranges: division", "passes/narrow_ranges.cpp", "(-x.lo + divisor - 1) / divisor : 0", "-x.lo / divisor : 0"),
    Break("narrow-ranges: shifted out", "passes/narrow_ranges.cpp", "count = bits_of(type) - 1;", "count = 0;"),
    Break("narrow-ranges: limits above", "passes/narrow_ranges.cpp", "beyond(b.hi > a.hi && above", "beyond(false && above"),
    Break("narrow-ranges: limits below", "passes/narrow_ranges.cpp", "beyond(b.lo < a.lo &&", "beyond(false &&"),
    Break("narrow-ranges: divisors beyond", "passes/narrow_ranges.cpp", "std::max(a.hi, -a.lo) + 1;", "a.hi / 2 + 1;"),
    Break("drop-broadcasts: smaller results", "passes/drop_broadcasts.cpp", "|| callee.mode == BorderMode::Valid) return array", ") return array",
          "passes", "Stages*"),
    Break("drop-broadcasts: axes that are missing", "passes/drop_broadcasts.cpp",
          "shape_of(other) != shape_of(n.array)", "false", "passes", "Stages*"),
    Break("find-min-max: direction", "passes/find_min_max.cpp", "is_less == straight", "is_less != straight"),
    Break("find-min-max: nan", "passes/find_min_max.cpp", "is_float(dtype) && or_equal && !f.fastmath", "false", "passes", "*"),
    Break("share-values: blocks", "passes/share_values.cpp", "!is_new && out.is_open(found->second.block)", "!is_new", "passes", "*"),
    Break("share-values: order", "passes/share_values.cpp", "if (commutes(n.op) && ", "if ("),
    Break("narrow-floats: rounding", "passes/narrow_floats.cpp", "all = all && cast && is_exact(cast->a);", "all = all && cast;"),
    Break("if-convert: what led to a check", "passes/if_convert.cpp",
          "for (auto [test, holds] : path_) condition = both(holds ? test : negated(test), condition);", "", "passes", "*"),
    Break("inline-calls: what follows a return", "passes/inline_calls.cpp", "copy(from, 0, rest);", "copy(from, 0, {});", "passes", "*"),
    Break("promote-slots: branches", "passes/promote_slots.cpp", "forget(out.in(), branch->then), forget(out.in(), branch->otherwise);",
          "", "passes", "*"),
    Break("prove-indexes: loops", "passes/prove_indexes.cpp", "inherit(loop.var, loop.hi, -1)", "inherit(loop.var, loop.hi, -2)", "passes", "*"),
    Break("reductions: equal weights", "codegen/cpu/reduction_plan.cpp", "return weight == 1 ? a :", "return true ? a :"),
    Break("reductions: pairs that saturate", "codegen/cpu/reduction_plan.cpp", "std::max({a, b, a + b}) > 127", "std::max({a, b}) > 127",
          "codegen", "*Plan*"),
    Break("checks: rows", "codegen/cpu/stencil_block.cpp", "for (int row = 0; row < place_.rows; ++row)\n        for (int phase = 0; phase < step_.phases; ++phase) {\n          Value* here",
          "for (int row = 0; row < 1; ++row)\n        for (int phase = 0; phase < step_.phases; ++phase) {\n          Value* here"),
    Break("windows: where a row begins", "codegen/cpu/block_reads.cpp", "shifted(begin, begin, last - first);",
          "shifted(begin, begin, last - first - 1);", "codegen", "*Processors*"),
    Break("windows: the last step", "codegen/cpu/columns.cpp", "CreateICmpEQ(column_, expected)", "CreateICmpNE(column_, column_before_)",
          "codegen", "*Processors*"),
    Break("pairs of products: factors of 16 bits", "codegen/cpu/product_pairs.cpp", "!kInt16.contains(ranges[cast->a])", "false",
          "codegen", "*TwoProducts*"),
    Break("pairs of products: all lanes", "codegen/cpu/multiply_pairs.cpp", "lane = first; lane < first + count", "lane = 0; lane < count",
          "codegen", "*TwoProducts*"),
    Break("pinned results", "codegen/cpu/stencil_block.cpp", "if (reads_.outnumber_registers())", "if (false)", "codegen", "*Processors*"),
    Break("transposed blocks: the rest", "codegen/strided.cpp", "j < whole_columns ? whole_rows : 0", "whole_rows", "codegen", "*Strided*"),
    Break("strips: how far a block goes", "codegen/cpu/strips.cpp", "line.row + place_.rows}", "line.row + 1}", "codegen", "*Strips*"),
    Break("strips: parts of a block", "codegen/cpu/strips.cpp", "invariant.getInt64(uint64_t(rounds_of_block_))", "invariant.getInt64(1)",
          "codegen", "*Strips*"),
    Break("strips: the next band", "codegen/run_stencil.cpp", "blocks = count < 2 * most ? count : most;", "blocks = most;",
          "codegen", "*Bands*"),
    Break("rows of volumes: all of them", "codegen/cpu/rows.cpp", "build.CreateNSWMul(frame.code->getArg(6), int64(frame, rows_of_tile))",
          "frame.code->getArg(6)", "codegen", "*Volumes*"),
    Break("weights in turn: all of them", "codegen/cpu/stencil_block.cpp", "most = std::max(most, of_root.size());",
          "most = std::max(most, of_root.size() - 1);", "codegen", "*Stencil*"),
    Break("split loads: the second half", "codegen/cpu/block_reads.cpp", "*high = half(lanes);", "*high = half(lanes - 1);",
          "codegen", "*Pointwise*"),
    Break("chains: windows slide", "codegen/chain_rows.h", "if (next < done) std::memmove(top, top + (next - first) * pitch, size_t((done - next) * pitch));",
          "", "engine", "*"),
    Break("strips: the first round", "codegen/cpu/carry.cpp", "phi->addIncoming(first(inst), loop_.entry);",
          "phi->addIncoming(first(next_.at(inst)), loop_.entry);", "codegen", "*Strips*"),
    Break("shifted products", "codegen/ops/emit_op.cpp", "if (count <= 16) return nullptr;", "return nullptr;"),
    Break("division: floors", "codegen/ops/divide.cpp", "quotient = b.CreateSub(quotient, b.CreateZExt(fix, type));", ""),
    Break("division by arguments", "codegen/ops/division_multiplier.cpp", "+ divisor - 1) / divisor);", ") / divisor);", "codegen",
          "*Divi*"),
    Break("blocks: the last rows", "codegen/run_stencil.cpp", "move_table(work_.strides, end_ - plan_.rows - computed);",
          "move_table(work_.strides, 0);"),
    Break("panels: where the next one begins", "codegen/run_stencil.cpp", "first_ < end; first_ = end_)", "first_ < end; first_ = end_ + 1)",
          "codegen", "*Panels*"),
    Break("joined rows: gaps between them", "codegen/run_stencil.cpp", "array.strides[d] == columns * size", "array.strides[d] >= columns * size",
          "codegen", "*Pointwise*"),
    Break("streaming: what lies before the first line", "codegen/run_stencil.cpp", "whole ? 0 : kLine - behind;", "0;",
          "codegen", "*Streaming*"),
    Break("streaming: what lies behind the last line", "codegen/run_stencil.cpp", "std::pair(to * size - behind, hi_ * size)",
          "std::pair(to * size, hi_ * size)", "codegen", "*Streaming*"),
    Break("whole lines: rows that begin them together", "codegen/cpu/past_cache.cpp", "CreateCondBr(whole_, whole, join)",
          "CreateCondBr(build_.getFalse(), whole, join)", "codegen", "*Streaming*"),
    Break("joined lines: where they begin", "codegen/cpu/past_cache.cpp", "build_.CreateSub(int64(frame_, kCacheLine), into)", "into", "codegen",
          "*Streaming*"),
    Break("joined lines: of several registers", "codegen/cpu/past_cache.cpp", "store_line(i, part, parts[i][part - 1]);",
          "store_line(i, part, parts[i].back());", "codegen", "*Processors*"),
    Break("joined lines: lanes", "codegen/cpu/past_cache.cpp", "shuffled(moved(1), upper", "shuffled(moved(0), upper",
          "codegen", "*Processors*"),
)  # fmt: skip


def run(*command, **options):
    """The exit status."""
    return subprocess.run([str(c) for c in command], cwd=BROKEN, capture_output=True, check=False, **options)


def make_tree():
    """A copy of what git would take, built in a folder of its own."""
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in files.splitlines():
        source, target = ROOT / name, BROKEN / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    if not (BROKEN / "build/build.ninja").exists():
        subprocess.run(["cmake", "-Wno-dev", "-DNF_WERROR=OFF", "-G", "Ninja", "-S", ".", "-B", "build"], cwd=BROKEN, check=True, stdout=subprocess.DEVNULL)


def caught(one):
    """Whether the tests fail on the broken program; they must pass on the whole one, which other tests say."""
    path = BROKEN / "src" / one.file
    text = path.read_text()
    if text.count(one.old) != 1:
        sys.exit(f"{one.name}: {one.file} has {text.count(one.old)} places like {one.old!r}")
    path.write_text(text.replace(one.old, one.new))
    try:
        built = run("ninja", "-C", "build", f"nf_test_{one.program}")
        if built.returncode:
            sys.exit(f"{one.name}: the broken program does not build\n{built.stdout.decode()[-2000:]}")
        return run(f"build/tests/nf_test_{one.program}", f"--gtest_filter={one.tests}", "--gtest_brief=1").returncode != 0
    finally:
        path.write_text(text)


def main():
    names = sys.argv[1:]
    make_tree()
    os.environ["NEARFIELD_PROGRAMS"] = "2000"  # of the random stencils' fixed seeds
    missed = 0
    for one in BREAKS:
        if names and not any(name in one.name for name in names):
            continue
        fails = caught(one)
        missed += not fails
        print(f"{'caught' if fails else 'MISSED':8}{one.name}", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
