# run: types float64[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    return x[0, 0], x[0, 1]
# ---- expect (./dev test --update)
# fail_stencil_result.py:7:12: error[E0305]: a stencil returns one number for each point, this returns `(float64, float64)`
#   7 |     return x[0, 0], x[0, 1]
#     |            ^^^^^^^^^^^^^^^^
