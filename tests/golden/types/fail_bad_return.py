# run: types int64
import numpy as np
import nearfield as nf


@nf.jit
def f(n):
    if n > 0:
        return n
    if n < -5:
        return np.zeros(3)
    if n < -1:
        return (n, (n, n))
# ---- expect (./dev test --update)
# fail_bad_return.py:7:5: error[E0217]: `f` returns `int64` on one path and ends without `return` on another
#   7 | def f(n):
#     |     ^
#   9 |         return n
#     |                - `int64`
#
# fail_bad_return.py:11:16: error[E0217]: this returns `float64[::1]`, and another `return` of the function `int64`
#    9 |         return n
#      |                - `int64`
#   11 |         return np.zeros(3)
#      |                ^^^^^^^^^^^
#
# fail_bad_return.py:13:16: error[E0217]: `(int64, (int64, int64))` cannot be returned
#   13 |         return (n, (n, n))
#      |                ^^^^^^^^^^^
#      = hint: several values come back as one flat tuple of numbers and arrays
