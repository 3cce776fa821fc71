# run: types int8 uint8 float32
import numpy as np
import nearfield as nf


@nf.jit
def f(a, b, x):
    low, middle, high = sorted((a, b, 3))
    return sorted([a, b])[1], np.median([a, b, a]), np.median((x, a)), low, sorted([x, a, b])[-1]
# ---- expect (./dev test --update)
# f(a: int8, b: uint8, x: float32) -> (int16, float64, float64, int64, float32)
#   low     int64  set at 8:5
#   middle  int64  set at 8:10
#   high    int64  set at 8:18
