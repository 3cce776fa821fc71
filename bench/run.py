"""All benchmarks, or those named: ``./dev bench [NAME...] [--against REV]``.

Tables on the terminal, figures in build/bench.json. `corpus` and `workloads` also take words for what to run (``./dev bench
workloads A E --small``, ``./dev bench corpus median sobel``). With ``--against`` the benchmarks also run on another revision, built in
build/against, and every row's time is compared.
"""

import argparse
import importlib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = ROOT / "docs" / "performance.md"
sys.path.insert(0, str(HERE))
from measure import save  # noqa: E402

NAMES = [
    "stencil", "workloads", "shapes", "widths", "lengths", "borders", "frames", "fusion", "corpus", "calls", "ufuncs", "loops", "math", "compile", "first_call", "dask",
    "png_codec", "png_folder",
]
MODULES = {"math": "elementary", "dask": "dask_chunks"}  # Python has a math of its own
# They take a choice of rows, sizes and threads.
CHOOSING = ("workloads", "corpus")


def build_revision(revision):
    """Checks out and builds ``revision``; returns the folder of its Python package."""
    tree = ROOT / "build" / "against"
    subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, capture_output=True, check=False)
    subprocess.run(["git", "worktree", "add", "--detach", str(tree), revision], cwd=ROOT, check=True)
    options = ["-DNF_PYTHON=ON", "-DNF_TESTS=OFF", f"-DPython_EXECUTABLE={sys.executable}"]
    subprocess.run(["cmake", "-Wno-dev", "-G", "Ninja", "-S", tree, "-B", tree / "build", *options], check=True)
    subprocess.run(["ninja", "-C", tree / "build", "package-files"], check=True)
    return tree / "build"


def compare(names, revision):
    """Runs the benchmarks in processes of their own, this revision and the other in turn, and prints the ratios."""
    other = build_revision(revision)
    best = {}
    for _ in range(2):
        for key, build in (("this", ROOT / "build"), (revision, other)):
            path = os.pathsep.join([str(build), os.environ["PATH"]])
            env = dict(os.environ, PYTHONPATH=str(build / "python"), PATH=path)
            subprocess.run([sys.executable, HERE / "run.py", *names], env=env, check=True)
            for row in json.loads((ROOT / "build" / "bench.json").read_text()):
                at = best.setdefault((row["table"], row["row"]), {})
                at[key] = min(at.get(key, float("inf")), row["seconds"]["nearfield"])
    print(f"\ntime of {revision} / time of this revision (above 1: this one is faster)")
    for (table, row), times in best.items():
        if len(times) == 2:
            print(f"  {table[:40]:<42}{row:<28}{times[revision] / times['this']:.2f}")


def pin_full_code():
    """Lets this process compile every kernel in full at once: tables show what many calls cost, and few are made for each row.

    Processes that benchmarks start choose for themselves.
    """
    if "NEARFIELD_TIER" not in os.environ:
        os.environ["NEARFIELD_TIER"] = "full"
        import numpy as np

        import nearfield as nf

        nf.stencil(lambda x: x[-1] + x[1])(np.arange(8))  # the first stencil reads the variable, for good
        del os.environ["NEARFIELD_TIER"]


def refreshed(page, texts):
    """The page with new tables of the benchmarks in ``texts``, each between a pair of marks."""
    for name, text in texts.items():
        start, end = f"<!-- ./dev bench {name} -->\n", "<!-- end -->"
        if start in page:
            before, after = page.split(start)
            page = f"{before}{start}\n{text}\n\n{end}{after.split(end, 1)[1]}"
    return page


def main():
    """Runs the benchmarks that the command line names."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)} (default: all)")
    parser.add_argument("--against", metavar="REV", help="a revision to compare with")
    parser.add_argument("--markdown", action="store_true", help="print the tables at the end as docs/performance.md has them")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/performance.md, where it has a place for them")
    choice = parser.add_argument_group("of `corpus` and `workloads`")
    choice.add_argument("--small", action="store_true", help="only what fits the cache")
    choice.add_argument("--large", action="store_true", help="only what does not")
    choice.add_argument("--threads", type=int, metavar="N", help="only with so many threads")
    choice.add_argument("--seconds", type=float, metavar="S", help="time for each row")
    parser.add_argument("--tune", action="store_true", help="measure the sizes of NEARFIELD_TUNING on this machine, and nothing else")
    args = parser.parse_args()
    if args.tune:
        return importlib.import_module("tune").run()
    names = [name for name in args.names if name in NAMES] or NAMES
    only = [name for name in args.names if name not in NAMES]
    if only and (len(names) > 1 or names[0] not in CHOOSING):
        parser.error(f"no benchmark `{only[0]}`; there are: {', '.join(NAMES)}")
    if args.against:
        return compare(args.names or NAMES, args.against)
    sizes = [size for size in ("small", "large") if getattr(args, size)]
    choices = {"only": only, "sizes": sizes, "counts": args.threads and [args.threads], "seconds": args.seconds}
    choices = {name: value for name, value in choices.items() if value}
    pin_full_code()
    tables, texts = [], {}
    for name in names:
        module = importlib.import_module(MODULES.get(name, name))
        made = module.run(**(choices if name in CHOOSING else {}))
        tables += made
        texts[name] = module.markdown(made) if hasattr(module, "markdown") else "\n\n".join(table.markdown() for table in made)
    if args.markdown:
        print("\n" + "\n\n".join(texts.values()))
    if args.docs:
        PAGE.write_text(refreshed(PAGE.read_text(), texts))
    save(tables, ROOT / "build" / "bench.json")


if __name__ == "__main__":
    main()
