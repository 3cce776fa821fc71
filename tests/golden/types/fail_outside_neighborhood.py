# run: types float64[:, :]
import nearfield as nf


@nf.stencil(neighborhood=((-1, 1), (-1, 1)))
def f(x):
    return x[-2, 0] + x[0, 1]
# ---- expect (./dev test --update)
# fail_outside_neighborhood.py:7:14: error[E0307]: offset -2 is outside the neighborhood (-1, 1) of axis 0
#   7 |     return x[-2, 0] + x[0, 1]
#     |              ^^^^^
