# run: types float64[::1] float64[::1]
import numpy as np
import nearfield as nf


@nf.jit
def addarr(x, y):
    result = np.zeros_like(x)
    for i in range(x.size):
        result[i] = x[i] + y[i]
    return result
# ---- expect (./dev test --update)
# addarr(x: float64[::1], y: float64[::1]) -> float64[::1]
#   result  float64[::1]  set at 8:5
#   i       int64         set at 9:9
