# run: types float64[:, ::1] float64[::1]
import nearfield as nf


@nf.guvectorize("(n),()->()")
def total(x, by, out):
    for v in x:
        out[0] += v * by


@nf.jit
def f(x, y):
    return total(x, y)
# ---- expect (./dev test --update)
# f(x: float64[:, ::1], y: float64[::1]) -> float64[::1]
# total(x: float64[::1], by: float64, out: float64[::1]) -> none
#   v  float64  set at 7:9
