"""Halide's side of the workloads: several hand-written schedules for each, of which the fastest counts.

(The folder is not called after Halide, because `import halide` would then find it.) ``SCHEDULES[name](parallel)`` yields
candidates; each is compiled once and then bound to arrays.
"""

from .means import chain, mean
from .pieces import best_of  # noqa: F401
from .volumes import seven_points, twenty_seven_points
from .windows import add, separable, sobel, weights

SCHEDULES = {
    "A mean 3x3 i8": lambda parallel: mean("int8", parallel),
    "A mean 3x3 u8": lambda parallel: mean("uint8", parallel),
    "B mean 3x3 f32": lambda parallel: mean("float32", parallel),
    "B mean 3x3 f64": lambda parallel: mean("float64", parallel),
    "C two means u8": lambda parallel: chain("uint8", parallel),
    "C two means f32": lambda parallel: chain("float32", parallel),
    "D 5x5 separable u8": separable,
    "D 5x5 weights u8": lambda parallel: weights("uint8", parallel),
    "D 5x5 weights f32": lambda parallel: weights("float32", parallel),
    "E 7 points f32": seven_points,
    "E 27 points f32": twenty_seven_points,
    "F x + y u8": lambda parallel: add("uint8", parallel),
    "F x + y f64": lambda parallel: add("float64", parallel),
    "G sobel u8 to f32": sobel,
}
