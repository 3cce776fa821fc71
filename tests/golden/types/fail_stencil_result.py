# run: types float64[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    y = x[0, 0]
    return y, x
# ---- expect (./dev test --update)
# fail_stencil_result.py:8:12: error[E0305]: a stencil returns a number, or a tuple of numbers, for each point, this returns `(float64, float64[:, :])`
#   8 |     return y, x
#     |            ^^^^
