# run: ptx sm_80 float32[::1]
# fastmath lets LLVM regroup and fuse, but roots and quotients stay rounded as they should be (no .approx).
import nearfield as nf
import numpy as np


@nf.stencil(fastmath=True)
def blend(x):
    a = x[-1]
    b = x[1]
    return np.sqrt(a * a + b * b) / (a + b)
# ---- expect (./dev test --update)
# `blend` cannot be compiled for a GPU: it may raise ZeroDivisionError
#   at fastmath.py:11:12
#         return np.sqrt(a * a + b * b) / (a + b)
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#   hint: with error_model="numpy" no division raises
