"""Measures the sizes that `runtime/tuning.h` names on this machine, and prints what to set NEARFIELD_TUNING to.

Each value is tried in a process of its own, in turn with the others, on 3x3 means of uint8 and float32,
and for volumes on seven points of float32.
"""

import json
import os
import subprocess
import sys

ROUNDS = 3
LARGE = ((3072, 8192), (2900, 8000))  # rows that begin at the same place of a page, and rows that do not
DIRECT, PAST = "streaming_bytes=1000000000000", "streaming_bytes=0,streamed_row_bytes=0"
TASKS = (1 << 18, 1 << 19, 1 << 20, 1 << 21)
MEBIBYTES = (4, 8, 12, 16, 24, 32, 48, 64)
ROW_BYTES = (512, 1024, 2048, 4096, 8192)
VOLUMES = ((48, 512, 512), (20, 800, 800))  # 100 MB
PANELS = (0, 1 << 17, 1 << 18, 1 << 19, 1 << 20)
SIDES = (100, 140, 180, 220, 260, 300, 400)  # of small images


def times(shapes, threads):
    """Best seconds of both means for each shape, in this process; float32 has as many bytes in fewer rows or, with a third
    element, in shorter ones."""
    import numpy as np

    import nearfield as nf
    from measure import interleaved
    from stencil import mean_of

    nf.set_num_threads(threads)
    found = []
    for shape in shapes:
        if tuple(shape) in VOLUMES:
            found.append(time_of_a_volume(shape))
            continue
        total = 0.0
        for name in ("uint8", "float32"):
            rows, columns, *shorter = shape
            size = np.dtype(name).itemsize
            x = np.random.default_rng(1).integers(0, 127, (rows, columns // size) if shorter else (max(8, rows // size), columns))
            x = x.astype(name)
            out, kernel = np.zeros_like(x), nf.stencil(mean_of(name))
            total += interleaved({"mean": lambda: kernel(x, out=out)}, 0.4)["mean"]  # noqa: B023
        found.append(total)
    return found


def time_of_a_volume(shape):
    """Best seconds of seven points of float32."""
    import numpy as np

    from measure import interleaved
    from stencils import NAMED

    case = NAMED["E 7 points f32"]
    arrays, out, kernel = case.inputs(np.random.default_rng(1), tuple(shape)), np.zeros(shape, "float32"), case.compiled()
    return interleaved({"points": lambda: kernel(*arrays, out=out)}, 0.6)["points"]


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

    def compare(title, sizes, shapes):
        """The first of the sizes from which on it pays to write past the cache."""
        direct, past = measure((DIRECT, PAST), shapes, 1).values()
        print(f"\n{title}: time past the cache relative to ordinary stores")
        for size, a, b in zip(sizes, direct, past):
            print(f"  {size:<6}{b / a:>7.2f}")
        ahead = [size for i, size in enumerate(sizes) if all(b < a for a, b in zip(direct[i:], past[i:]))]
        return ahead[0] if ahead else 1 << 30

    megabytes = compare("size of input and output, MiB", MEBIBYTES, [(max(16, (size << 20) // 2 // 8192), 8192) for size in MEBIBYTES])
    row = compare("bytes of a row, out of cache", ROW_BYTES, [((48 << 20) // size, size, True) for size in ROW_BYTES])
    chosen = [f"streaming_bytes={megabytes << 20}", f"streamed_row_bytes={row}"]
    small = [(side, side) for side in SIDES]
    by_rows, in_strips = measure(("strip_bytes=0", f"strip_bytes={1 << 30}"), small, 1).values()
    print("\nside of a small image: time in strips relative to row by row")
    for side, a, b in zip(SIDES, by_rows, in_strips):
        print(f"  {side:<6}{b / a:>7.2f}")
    sides = [0, *(side for i, side in enumerate(SIDES) if all(b < a for a, b in zip(by_rows[: i + 1], in_strips)))]
    chosen.append(f"strip_bytes={2 * sides[-1] ** 2}")
    panels = measure([",".join([*chosen, f"panel_bytes={size}"]) for size in PANELS], VOLUMES, 1)
    chosen.append(show("rows of all planes of a volume, 1 thread", panels).split(",")[-1])
    if nf.get_num_threads() > 1:
        tasks = measure([",".join([*chosen, f"task_bytes={size}"]) for size in TASKS], [*LARGE, (1000, 1000)], nf.get_num_threads())
        chosen.append(show("input and output of a task, all threads", tasks).split(",")[-1])
    print(f"\nNEARFIELD_TUNING={','.join(chosen)}")


if __name__ == "__main__":
    print(json.dumps(times(json.loads(sys.argv[1]), int(sys.argv[2]))))
