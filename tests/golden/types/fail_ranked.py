# run: types float64[::1] int64
import numpy as np
import nearfield as nf


@nf.jit
def f(x, n):
    a = sorted(x)
    b = np.median(x)
    c = sorted([])
    d = sorted((1, 2), reverse=True)
    e = np.median([x, n])
    g = sorted([n, n])[2]
    return a, b, c, d, e, g
# ---- expect (./dev test --update)
# fail_ranked.py:8:16: error[E0208]: `sorted` takes a tuple of numbers or a list that is written out, this is `float64[::1]`
#   8 |     a = sorted(x)
#     |                ^
#
# fail_ranked.py:9:19: error[E0208]: `np.median` takes a tuple of numbers or a list that is written out, this is `float64[::1]`
#   9 |     b = np.median(x)
#     |                   ^
#
# fail_ranked.py:10:16: error[E0208]: `sorted` takes a tuple of numbers or a list that is written out, this is `()`
#   10 |     c = sorted([])
#      |                ^^
#
# fail_ranked.py:11:24: error[E0207]: `reverse=` of `sorted` is not supported
#   11 |     d = sorted((1, 2), reverse=True)
#      |                        ^^^^^^^^^^^^
#
# fail_ranked.py:12:19: error[E0208]: `np.median` takes a tuple of numbers or a list that is written out, this is `(float64[::1], int64)`
#   12 |     e = np.median([x, n])
#      |                   ^^^^^^
#
# fail_ranked.py:13:24: error[E0205]: index 2 is out of range for a tuple of 2
#   13 |     g = sorted([n, n])[2]
#      |                        ^
