# run: ptx sm_80 float64[:, ::1]
import nearfield as nf
import numpy as np


@nf.stencil
def swing(x):
    near = x[0, -1] + x[0, 1]
    return np.sin(near) * 2
# ---- expect (./dev test --update)
# `swing` cannot be compiled for a GPU: it calls `sin`, which has no GPU code yet
#   at refuses_a_function.py:9:12
#         return np.sin(near) * 2
#                ^^^^^^^^^^^^
