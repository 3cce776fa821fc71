# run: types float64 float64[:, :]
import nearfield as nf


@nf.stencil
def f(scale, x):
    return x[0, 0] * scale
# ---- expect (./dev test --update)
# fail_first_argument.py:6:7: error[E0306]: the first argument of a stencil is the array it runs over, this is `float64`
#   6 | def f(scale, x):
#     |       ^^^^^
