# run: types int8[:, ::1]
import nearfield as nf


@nf.stencil
def _smooth(x):
    return (x[-1, 0] + x[0, 0] + x[1, 0]) // 3


@nf.njit
def smooth_jit(x):
    return _smooth(x)
# ---- expect (./dev test --update)
# smooth_jit(x: int8[:, ::1]) -> int64[:, ::1]
# _smooth(x: int8[:, ::1] (relative)) -> int64
