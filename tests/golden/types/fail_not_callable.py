# run: types int64
import nearfield as nf

scale = 3


@nf.jit
def f(n):
    return n(1) + scale(2)
# ---- expect (./dev test --update)
# fail_not_callable.py:9:12: error[E0209]: `n` is not a function
#   9 |     return n(1) + scale(2)
#     |            ^
#
# fail_not_callable.py:9:19: error[E0209]: `scale` is not a function
#   9 |     return n(1) + scale(2)
#     |                   ^^^^^
