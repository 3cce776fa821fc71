# run: types float64[:, :] float64[::1]
import nearfield as nf


@nf.stencil
def f(x, y):
    return x[0] + y[0]
# ---- expect (./dev test --update)
# fail_stencil_index_count.py:6:10: error[E0208]: `y` has 1 dimension and the first array `x` has 2
#   6 | def f(x, y):
#     |          ^
#     |       - 2 dimensions
#     = hint: arrays that are read relative to the point have one rank; name `y` in `standard_indexing` otherwise
#
# fail_stencil_index_count.py:7:14: error[E0204]: `x` has 2 dimensions, indexed with 1
#   6 | def f(x, y):
#     |       - 2 dimensions
#   7 |     return x[0] + y[0]
#     |              ^
