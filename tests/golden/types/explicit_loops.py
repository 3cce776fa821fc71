# run: types int8[:, ::1]
import numpy as np
import nearfield as nf


@nf.jit
def smooth(x):
    out = np.zeros_like(x)
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j] + x[i, j] + x[i + 1, j]) // 3
    return out
# ---- expect (./dev test --update)
# smooth(x: int8[:, ::1]) -> int8[:, ::1]
#   out  int8[:, ::1]  set at 8:5
#   i    int64         set at 9:9
#   j    int64         set at 10:13
