# run: types float64[::1]
import nearfield as nf


@nf.jit
def mean(values):
    return total / len(values)


@nf.jit
def f(a):
    return mean(a) + mean(a)
# ---- expect (./dev test --update)
# fail_error_in_callee.py:7:12: error[E0201]: `total` is not defined
#    7 |     return total / len(values)
#      |            ^^^^^
#   12 |     return mean(a) + mean(a)
#      |            ------- `mean` called here with (float64[::1])
