# run: types float64[:, :] int64
import nearfield as nf


@nf.stencil
def f(x, n):
    total = x[n, 0]
    for i in range(n):
        total += x[0, i]
    return total
# ---- expect (./dev test --update)
# fail_offset_not_constant.py:7:15: error[E0301]: the offset of a neighbour must be a constant
#   7 |     total = x[n, 0]
#     |               ^^^^
#     = hint: a `for` over constants counts as constant; else give `neighborhood=((lo, hi), ...)`
#
# fail_offset_not_constant.py:9:20: error[E0301]: the offset of a neighbour must be a constant
#   9 |         total += x[0, i]
#     |                    ^^^^
#     = hint: a `for` over constants counts as constant; else give `neighborhood=((lo, hi), ...)`
