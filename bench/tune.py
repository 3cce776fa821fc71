"""Measures the sizes that `runtime/tuning.h` names on this machine, and prints what to set NEARFIELD_TUNING to.

Each value is tried in a process of its own, in turn with the others, on 3x3 means of uint8 and float32.
"""

import json
import os
import subprocess
import sys

ROUNDS = 3
LARGE = ((3072, 8192), (2900, 8000))  # rows that begin at the same place of a page, and rows that do not
FORMS = ("streaming_bytes=1000000000000", "streaming_bytes=0,bursts=0") + tuple(
    f"streaming_bytes=0,bursts=1,streamed_bytes={size}" for size in (512, 1024, 2048)
)
TASKS = (1 << 18, 1 << 19, 1 << 20, 1 << 21)
MEBIBYTES = (4, 8, 12, 16, 24, 32, 48, 64)
SIDES = (100, 140, 180, 220, 260, 300, 400)  # of small images


def times(shapes, threads):
    """Best seconds of both means for each shape, in this process."""
    import numpy as np

    import nearfield as nf
    from measure import interleaved
    from stencil import mean_of

    nf.set_num_threads(threads)
    found = []
    for shape in shapes:
        total = 0.0
        for name in ("uint8", "float32"):
            rows = max(8, shape[0] // np.dtype(name).itemsize)
            x = np.random.default_rng(1).integers(0, 127, (rows, shape[1])).astype(name)
            out, kernel = np.zeros_like(x), nf.stencil(mean_of(name))
            total += interleaved({"mean": lambda: kernel(x, out=out)}, 0.4)["mean"]  # noqa: B023
        found.append(total)
    return found


def measure(settings, shapes, threads):
    """``{setting: [seconds of each shape]}``: the best of some processes, in turn."""
    best = {}
    for _ in range(ROUNDS):
        for setting in settings:
            command = [sys.executable, __file__, json.dumps(shapes), str(threads)]
            env = {**os.environ, "NEARFIELD_TUNING": setting, "NEARFIELD_TIER": "full"}
            done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
            now = json.loads(done.stdout)
            best[setting] = [min(pair) for pair in zip(best.get(setting, now), now)]
    return best


def show(title, best):
    """Prints each setting's time relative to the fastest; returns the fastest."""
    fastest = min(best, key=lambda setting: sum(best[setting]))
    print(f"\n{title}")
    for setting, found in best.items():
        print(f"  {setting:<52}{sum(found) / sum(best[fastest]):>7.2f}{'  <' if setting == fastest else ''}", flush=True)
    return fastest


def run():
    """Prints the tables and the line to set."""
    import nearfield as nf

    form = show("how results are written, out of cache, 1 thread (time relative to the fastest)", measure(FORMS, LARGE, 1))
    chosen = [item for item in form.split(",") if not item.startswith("streaming_bytes")]
    if chosen:  # writing past the cache pays at all: from which size on?
        shapes = [(max(16, (size << 20) // 2 // 8192), 8192) for size in MEBIBYTES]
        best = measure((FORMS[0], form), shapes, 1)
        direct, past = best[FORMS[0]], best[form]
        print("\nsize of input and output, MiB: time past the cache relative to ordinary stores")
        for size, a, b in zip(MEBIBYTES, direct, past):
            print(f"  {size:<6}{b / a:>7.2f}")
        ahead = [size for i, size in enumerate(MEBIBYTES) if all(b < a for a, b in zip(direct[i:], past[i:]))]
        chosen.insert(0, f"streaming_bytes={(ahead[0] if ahead else 1 << 20) << 20}")
    else:
        chosen = [form]
    small = [(side, side) for side in SIDES]
    by_rows, in_strips = measure(("strip_bytes=0", f"strip_bytes={1 << 30}"), small, 1).values()
    print("\nside of a small image: time in strips relative to row by row")
    for side, a, b in zip(SIDES, by_rows, in_strips):
        print(f"  {side:<6}{b / a:>7.2f}")
    sides = [0, *(side for i, side in enumerate(SIDES) if all(b < a for a, b in zip(by_rows[: i + 1], in_strips)))]
    chosen.append(f"strip_bytes={2 * sides[-1] ** 2}")
    if nf.get_num_threads() > 1:
        tasks = measure([",".join([*chosen, f"task_bytes={size}"]) for size in TASKS], [*LARGE, (1000, 1000)], nf.get_num_threads())
        chosen.append(show("input and output of a task, all threads", tasks).split(",")[-1])
    print(f"\nNEARFIELD_TUNING={','.join(chosen)}")


if __name__ == "__main__":
    print(json.dumps(times(json.loads(sys.argv[1]), int(sys.argv[2]))))
