# run: types float64[::1]
import numpy as np
import nearfield as nf


@nf.jit
def f(x, out=None, scale=2):
    if out is None:
        out = np.empty_like(x)
    for i in range(x.size):
        out[i] = x[i] * scale
    return out
# ---- expect (./dev test --update)
# f(x: float64[::1], out: none (default), scale: int64 (default)) -> float64[::1]
#   out.2  float64[::1]  set at 9:9
#   out.3  float64[::1]  merged at 8:5 from out.2, out.1
#   i      int64         set at 10:9
