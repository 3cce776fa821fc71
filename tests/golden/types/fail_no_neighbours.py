# run: types float64[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    return x.shape[0] * 0.5
# ---- expect (./dev test --update)
# fail_no_neighbours.py:6:5: error[E0302]: the stencil `f` reads no neighbour of its arrays
#   6 | def f(x):
#     |     ^
#     = hint: `x[0, 0]` is the point itself, `x[-1, 0]` the one above
