"""What the schedules share: vectors, blocks of rows, and the binding of a pipeline to NumPy arrays."""

import dataclasses
import time

import halide as hl
import numpy as np

INWARDS = hl.TailStrategy.ShiftInwards
LANES = {"int8": 64, "uint8": 64, "float32": 16, "float64": 8}
KINDS = {"int8": hl.Int(8), "uint8": hl.UInt(8), "float32": hl.Float(32), "float64": hl.Float(64)}
# Where sums of a few are held.
WIDE = {"int8": hl.Int(16), "uint8": hl.UInt(16), "float32": hl.Float(32), "float64": hl.Float(64)}


@dataclasses.dataclass
class Candidate:
    """A scheduled pipeline."""

    name: str
    params: list
    func: hl.Func

    def bind(self, inputs, out, reach):
        """A callable that computes the inner part of ``out``."""
        inner = out[tuple(slice(-lo, n - hi) for n, (lo, hi) in zip(out.shape, reach, strict=True))]
        target = hl.Buffer(inner)
        target.set_min([-lo for lo, _ in reversed(reach)])
        buffers = [hl.Buffer(x) for x in inputs if isinstance(x, np.ndarray)]

        def call():
            for param, buffer in zip(self.params, buffers, strict=True):
                param.set(buffer)
            self.func.realize(target)

        return call


def blocks(func, x, y, lanes, rows, parallel, strip=32):
    """Computes ``rows`` rows of one vector at a time, in strips of rows that threads share."""
    outer, row, lane = hl.Var("outer"), hl.Var("row"), hl.Var("lane")
    func.split(y, outer, row, max(strip, rows), INWARDS).split(row, y, row, rows, INWARDS).split(x, x, lane, lanes, INWARDS)
    func.reorder(lane, row, x, y, outer).vectorize(lane).unroll(row)
    if parallel:
        func.parallel(outer)


def best_of(candidates, inputs, out, reach, right):
    """The fastest of the candidates, by name, as a callable; each must first give what ``right`` accepts."""
    calls, times = {}, {}
    for candidate in candidates:
        call = candidate.bind(inputs, out, reach)
        out[...] = 0
        call()
        assert right(out), f"Halide's `{candidate.name}` is wrong"
        calls[candidate.name], times[candidate.name] = call, float("inf")
    for _ in range(3):
        for name, call in calls.items():
            for _ in range(3):
                start = time.perf_counter()
                call()
                times[name] = min(times[name], time.perf_counter() - start)
    name = min(times, key=times.get)
    return name, calls[name]
