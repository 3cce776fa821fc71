"""Fair timing on a shared machine: all variants in turn, best of many, and only ratios are reported."""

import json
import math
import pathlib
import random
import time


# Seconds: by then threads are awake, and what they work on is in their own caches.
SHORTEST_TURN = 1e-3


def interleaved(variants, seconds=1.5, rounds=200, group=2e-5, nap=0.0):
    """Best time of each callable, called in turn; a turn is at least three calls, so that one finds its data where it left them.

    The order changes, so that each comes behind any other one as often: what a callable leaves in the last-level cache slows down all calls
    of the next one's turn where the arrays are about as large as that cache.

    Parameters
    ----------
    variants : dict of str to callable
        What is compared; each is called once beforehand, so that compiling is not measured.
    seconds : float
        Time to spend in all.
    rounds : int
        The most rounds.
    group : float
        Calls shorter than this many seconds are timed in groups that take so long.
    nap : float
        Seconds of sleep before each turn: threads of the one before may still be spinning.

    Returns
    -------
    dict of str to float
        Seconds for each variant; of short calls, which are timed in groups, without what calling a function that does nothing takes.
    """
    best, repeat, turn = {}, {}, {}
    variants = variants | {None: lambda: None}
    for name, call in variants.items():
        call()
        start = time.perf_counter()
        call()
        once = time.perf_counter() - start
        repeat[name] = max(1, int(group / max(once, 1e-9)))
        turn[name] = max(3, int(SHORTEST_TURN / max(once * repeat[name], 1e-9))) if name and once < 0.2 else 1
        best[name] = float("inf")
    end = time.perf_counter() + seconds
    for done in range(rounds):
        for name in order_of_round(list(variants), done):
            call, count = variants[name], repeat[name]
            time.sleep(nap)
            for _ in range(turn[name]):
                start = time.perf_counter()
                for _ in range(count):
                    call()
                best[name] = min(best[name], (time.perf_counter() - start) / count)
        now = time.perf_counter()
        if now > end + seconds or (done >= 2 and now > end):
            break
    nothing = best.pop(None)
    return {name: seconds - nothing if repeat[name] > 1 else seconds for name, seconds in best.items()}


def order_of_round(names, number):
    """The names as they come in this round: shuffled, and every other round backwards."""
    order = random.Random(number // 2).sample(names, len(names))
    return order[::-1] if number % 2 else order


def time_text(seconds):
    """``seconds`` with a unit that keeps three digits."""
    for scale, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def geometric_mean(values):
    """The mean of ratios."""
    return math.exp(sum(map(math.log, values)) / len(values))


class Table:
    """Rows of times and ratios, printed as they come and kept for the JSON file and the documents.

    Parameters
    ----------
    title : str
        What was measured.
    peers : list of str
        The columns of ratios.
    notes : list of str
        Columns of text after them.
    """

    def __init__(self, title, peers, notes=()):
        self.title, self.peers, self.notes, self.rows = title, peers, list(notes), []
        print(f"\n{title}\n  time of nearfield; then how many times longer each peer takes (below 1: the peer is faster)")
        print("  " + f"{'':30}{'nearfield':>11}" + "".join(f"{peer:>15}" for peer in peers) + "".join(f"  {n:<14}" for n in notes))

    def row(self, name, times, ours="nearfield", notes=()):
        """One line: ``times`` maps names to seconds; a peer that is missing prints as ``-``."""
        base = times[ours]
        cells = [f"{times[p] / base:.2f}" if p in times else "-" for p in self.peers]
        print(f"  {name:<30}{time_text(base):>11}" + "".join(f"{c:>15}" for c in cells) + "".join(f"  {n:<14}" for n in notes), flush=True)
        self.rows.append({"table": self.title, "row": name, "seconds": times, "cells": [name, time_text(base), *cells, *notes],
                          "ratios": {p: times[p] / base for p in self.peers if p in times}})

    def markdown(self):
        """The table as docs/performance.md has it; ratios below 1 are marked."""
        lines = [f"### {self.title}", ""]
        lines.append("| " + " | ".join(["", "nearfield", *self.peers, *self.notes]) + " |")
        lines.append("|---" * (2 + len(self.peers) + len(self.notes)) + "|")
        for row in self.rows:
            cells = [f"**{cell}**" if row["ratios"].get(peer, 1) < 0.995 else cell for peer, cell in zip(self.peers, row["cells"][2:])]
            lines.append("| " + " | ".join([*row["cells"][:2], *cells, *row["cells"][2 + len(self.peers) :]]) + " |")
        return "\n".join(lines)


def save(tables, path):
    """Writes all rows of ``tables`` as JSON."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row for table in tables for row in table.rows], indent=1))
    print(f"\nwritten: {path}")
