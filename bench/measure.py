"""Fair timing on a shared machine: all variants in turn, best of many, and only ratios are reported."""

import json
import pathlib
import time


def interleaved(variants, seconds=1.5, rounds=200):
    """Best time of each callable, called in turn; each turn is a few calls, so that one finds its data where it left them.

    Parameters
    ----------
    variants : dict of str to callable
        What is compared; each is called once beforehand, so that compiling is not measured.
    seconds : float
        Time to spend in all.
    rounds : int
        The most rounds.

    Returns
    -------
    dict of str to float
        Seconds for each variant.
    """
    best, repeat = {}, {}
    for name, call in variants.items():
        call()
        start = time.perf_counter()
        call()
        once = time.perf_counter() - start
        repeat[name] = max(1, int(2e-5 / max(once, 1e-9)))  # short calls are timed in groups
        best[name] = float("inf")
    end = time.perf_counter() + seconds
    for done in range(rounds):
        for name, call in variants.items():
            count = repeat[name]
            for _ in range(3):
                start = time.perf_counter()
                for _ in range(count):
                    call()
                best[name] = min(best[name], (time.perf_counter() - start) / count)
        if done >= 2 and time.perf_counter() > end:
            break
    return best


def time_text(seconds):
    """``seconds`` with a unit that keeps three digits."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


class Table:
    """Rows of times and ratios, printed as they come and kept for the JSON file."""

    def __init__(self, title, peers):
        self.title, self.peers, self.rows = title, peers, []
        print(f"\n{title}\n  time of nearfield; then how many times longer each peer takes (below 1: the peer is faster)")
        print("  " + f"{'':26}{'nearfield':>11}" + "".join(f"{peer:>15}" for peer in peers))

    def row(self, name, times, ours="nearfield"):
        """One line: ``times`` maps names to seconds; a peer that is missing prints as ``-``."""
        base = times[ours]
        cells = "".join(f"{times[p] / base:>15.2f}" if p in times else f"{'-':>15}" for p in self.peers)
        print(f"  {name:<26}{time_text(base):>11}{cells}", flush=True)
        self.rows.append({"table": self.title, "row": name, "seconds": times,
                          "ratios": {p: times[p] / base for p in self.peers if p in times}})


def save(tables, path):
    """Writes all rows of ``tables`` as JSON."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row for table in tables for row in table.rows], indent=1))
    print(f"\nwritten: {path}")
