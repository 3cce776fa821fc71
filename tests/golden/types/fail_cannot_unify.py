# run: types float64[::1] int64
import nearfield as nf


@nf.jit
def f(a, n):
    if n > 0:
        x = a
    else:
        x = 1
    return x
# ---- expect (./dev test --update)
# fail_cannot_unify.py:10:9: error[E0206]: `x` is `int64` here and `float64[::1]` on another path
#    8 |         x = a
#      |         - `float64[::1]` here
#   10 |         x = 1
#      |         ^
#      = hint: use another name for one of them
