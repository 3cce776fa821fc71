"""The layer check itself: each kind of forbidden include is found, and the tree as it is has none."""

from pathlib import Path

import pytest

import layers

SRC = Path(__file__).resolve().parent.parent / "src"


def house(tmp_path, path, include):
    """A small copy of the rooms with one include in one file."""
    for room, depends in {"base": "", "syntax": "base", "ir": "base", "types": "syntax", "codegen": "ir"}.items():
        (tmp_path / "src" / room).mkdir(parents=True)
        (tmp_path / "src" / room / "CMakeLists.txt").write_text(f"nf_library({room} DEPENDS {depends})\n")
    file = tmp_path / "src" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"// a file\n#include {include}\n")
    return layers.wrong_arrows(tmp_path / "src")


def test_the_rooms_include_only_what_they_may():
    assert layers.wrong_arrows(SRC) == []
    assert {"base", "types", "codegen", "api"} <= layers.read_rooms(SRC).keys()


@pytest.mark.parametrize("path, include, why", [
    ("syntax/a.cpp", '"types/types.h"', "`syntax` does not depend on `types`"),
    ("ir/a.h", '"syntax/tree.h"', "`ir` does not depend on `syntax`"),
    ("ir/a.cpp", "<llvm/IR/Module.h>", "only `codegen` may include llvm/"),
    ("base/a.cpp", "<tbb/task_arena.h>", "only `runtime` may include tbb/"),
    ("syntax/a.cpp", '"nearfield/kernel.h"', "nearfield/kernel.h belongs above `syntax`"),
    ("cli/a.cpp", '"types/types.h"', "`cli` may use only include/nearfield"),
    ("base/a.cpp", '"cli/progress.h"', "nothing includes a face"),
    ("codegen/ops/a.cpp", '"codegen/cpu/frame.h"', "`codegen/ops` does not use `codegen/cpu`"),
    ("codegen/gpu/a.h", '"codegen/cpu/frame.h"', "`codegen/gpu` does not use `codegen/cpu`"),
    ("base/a.cpp", '"nearfield/new.h"', "nearfield/new.h has no owner in tests/layers.py"),
])
def test_a_wrong_arrow_is_found(tmp_path, path, include, why):
    assert house(tmp_path, path, include) == [f"src/{path}:2: {why}"]


@pytest.mark.parametrize("path, include", [
    ("types/a.cpp", '"base/type.h"'), ("types/a.cpp", '"types/b.h"'), ("codegen/a.cpp", "<llvm/IR/Module.h>"),
    ("syntax/a.cpp", "<array>"), ("cli/a.cpp", '"nearfield/io.h"'), ("types/a.h", '"nearfield/environment.h"'),
    ("codegen/gpu/a.cpp", '"codegen/ops/emit.h"'),
])
def test_a_right_arrow_is_not(tmp_path, path, include):
    assert house(tmp_path, path, include) == []
