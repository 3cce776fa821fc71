# run: types int16[:, :]
import math
import nearfield as nf


@nf.stencil(cval=math.inf)
def f(x):
    return x[0, 0] + x[0, 1]
# ---- expect (./dev test --update)
# fail_cval.py:6:18: error[E0308]: `cval` is inf, which `int64` cannot hold
#   6 | @nf.stencil(cval=math.inf)
#     |                  ^^^^^^^^
