#!/usr/bin/env python3
"""Holds the order of the rooms: fails on every `#include` that the rooms' `nf_library(... DEPENDS ...)` lines do not allow."""

import re
import sys
from pathlib import Path

# Public headers are part of the room that owns their types; the others are the front door that `api` implements, of which
# `array` and `io` implement the parts they own.
PUBLIC_HEADERS = {
    "dtype.h": {"base"}, "view.h": {"base"}, "error.h": {"base"},
    "environment.h": {"base"},  # plain values: border modes and captured constants go into IR as they are
    "explain.h": {"engine"}, "pieces.h": {"engine"},
    "kernel.h": {"api", "array", "io"}, "array.h": {"api", "array", "io"}, "io.h": {"api", "io"},
    "nearfield.h": {"api"},
}
# A library that only one room may know.
LIBRARIES = [
    ("llvm/", "codegen"), ("tbb/", "runtime"), ("oneapi/", "runtime"), ("png.h", "io"), ("libdeflate.h", "io"), ("CLI/", "cli"),
    ("nanobind/", "python"), ("Python.h", "python"), ("numpy/", "python"),
]
# Folders inside a room that may not include others of it.
APART = {"codegen/ops": ("codegen/cpu", "codegen/gpu"), "codegen/cpu": ("codegen/gpu",), "codegen/gpu": ("codegen/cpu",)}
FACES = {"cli", "python"}  # they use only include/nearfield


def read_rooms(src):
    """Each room with all rooms it may include, itself first."""
    direct = {}
    for file in src.glob("*/CMakeLists.txt"):
        for name, depends in re.findall(r"nf_library\((\w+) DEPENDS\s*([\w\s]*)\)", file.read_text()):
            direct[name] = depends.split()

    def closure(name):
        return {name}.union(*(closure(other) for other in direct[name]))

    return {name: closure(name) for name in direct}


def wrong_arrow(folder, included, rooms):
    """Why a file of `folder` ("codegen/cpu") may not include this header, or None."""
    room = folder.split("/")[0]
    for other in APART.get(folder, ()):
        if included.startswith(f"{other}/"):
            return f"`{folder}` does not use `{other}`"
    for prefix, owner in LIBRARIES:
        if included.startswith(prefix) and room != owner:
            return f"only `{owner}` may include {prefix}"
    first, _, rest = included.partition("/")
    allowed = rooms.get(room, set())
    if first == "nearfield":
        owners = PUBLIC_HEADERS.get(rest)
        if owners is None:
            return f"{included} has no owner in tests/layers.py"
        return None if room in FACES or owners & allowed else f"{included} belongs above `{room}`"
    if not rest or first == room or (first not in rooms and first not in FACES):  # <array> is not our `array`
        return None
    if room in FACES or first in FACES:
        return f"`{room}` may use only include/nearfield" if room in FACES else "nothing includes a face"
    return None if first in allowed else f"`{room}` does not depend on `{first}`"


def wrong_arrows(src):
    """A line `path:line: why` for each include that is not allowed."""
    rooms, found = read_rooms(src), []
    for file in sorted(f for f in src.rglob("*") if f.suffix in (".h", ".cpp", ".def")):
        folder = file.relative_to(src).parent.as_posix()
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if match := re.match(r'\s*#\s*include\s*["<]([^">]+)[">]', line):
                if why := wrong_arrow(folder, match[1], rooms):
                    found.append(f"{file.relative_to(src.parent)}:{number}: {why}")
    return found


if __name__ == "__main__":
    arrows = wrong_arrows(Path(__file__).resolve().parent.parent / "src")
    print("\n".join(arrows), file=sys.stderr if arrows else sys.stdout, end="\n" if arrows else "")
    sys.exit(1 if arrows else 0)
