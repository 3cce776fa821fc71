# run: types float64[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    x[0, 0] = 1
    return x[0, 1]
# ---- expect (./dev test --update)
# fail_store_in_stencil.py:7:5: error[E0303]: a stencil may not write into its argument `x`
#   7 |     x[0, 0] = 1
#     |     ^^^^^^^
#     = hint: return the new value of the point; it is stored into the result
