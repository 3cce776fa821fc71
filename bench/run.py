"""All benchmarks, or those named: ``./dev bench [NAME...]``; tables on the terminal, figures in build/bench.json."""

import importlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from measure import save  # noqa: E402

NAMES = ["stencil", "calls", "loops", "first_call", "png_folder"]


def main():
    """Runs the benchmarks that the command line names."""
    names = sys.argv[1:] or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"no benchmark `{unknown[0]}`; there are: {', '.join(NAMES)}")
    tables = []
    for name in names:
        tables += importlib.import_module(name).run()
    save(tables, pathlib.Path(__file__).parent.parent / "build" / "bench.json")


if __name__ == "__main__":
    main()
