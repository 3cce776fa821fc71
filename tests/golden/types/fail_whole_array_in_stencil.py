# run: types float64[:,:]
import nearfield as nf


@nf.stencil
def twice(x):
    y = x + x
    z = -x
    return x[0, 0]
# ---- expect (./dev test --update)
# fail_whole_array_in_stencil.py:7:9: error[E0203]: `+` is not defined for `float64[:, :]` and `float64[:, :]`
#   7 |     y = x + x
#     |         ^^^^^
#     = hint: a stencil computes one point: read elements, or compute with whole arrays in a jitted function
#
# fail_whole_array_in_stencil.py:8:9: error[E0203]: `-` is not defined for `float64[:, :]`
#   8 |     z = -x
#     |         ^^
#     = hint: a stencil computes one point: read elements, or compute with whole arrays in a jitted function
