# run: types uint8[:,:]
import nearfield as nf


@nf.stencil
def gradient(x):
    return x[1, 0] - x[-1, 0], (x[0, 1] - x[0, -1]) / 2


@nf.jit
def f(x):
    dy, dx = gradient(x)
    return dx
# ---- expect (./dev test --update)
# f(x: uint8[:, :]) -> float64[:, ::1]
#   dy  uint64[:, ::1]   set at 12:5
#   dx  float64[:, ::1]  set at 12:9
# gradient(x: uint8[:, :] (relative)) -> (uint64, float64)
