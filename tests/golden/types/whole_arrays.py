# run: types uint8[:,:] float32[:,:] int64
import nearfield as nf
import numpy as np


@nf.jit
def f(a, x, n):
    same = a + a
    wide = a + n
    true_division = a / a
    single = a * x
    root = np.sqrt(a)
    larger = np.maximum(a, n)
    flags = x < 0.5
    either = flags | (a == 3)
    back = single.astype(np.uint8)
    return -a, ~a
# ---- expect (./dev test --update)
# f(a: uint8[:, :], x: float32[:, :], n: int64) -> (uint8[:, ::1], uint8[:, ::1])
#   same           uint8[:, ::1]    set at 8:5
#   wide           int64[:, ::1]    set at 9:5
#   true_division  float32[:, ::1]  set at 10:5
#   single         float32[:, ::1]  set at 11:5
#   root           float32[:, ::1]  set at 12:5
#   larger         int64[:, ::1]    set at 13:5
#   flags          bool[:, ::1]     set at 14:5
#   either         bool[:, ::1]     set at 15:5
#   back           uint8[:, ::1]    set at 16:5
