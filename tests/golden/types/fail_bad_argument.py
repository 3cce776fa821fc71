# run: types int64 float64[::1]
import math
import numpy as np
import nearfield as nf


@nf.jit
def f(n, a):
    for i in range(0.5):
        n += 1
    for v in n:
        n += v
    b = np.zeros(n, dtype="complex64")
    return math.sqrt(a) + max(a) + np.sum(n) + len(n)
# ---- expect (./dev test --update)
# fail_bad_argument.py:9:20: error[E0208]: `range` takes integers, this is `float64`
#   9 |     for i in range(0.5):
#     |                    ^^^
#     = hint: `int(...)` or `//` give an integer
#
# fail_bad_argument.py:11:14: error[E0208]: a loop cannot run over `int64`
#   11 |     for v in n:
#      |              ^
#      = hint: did you mean `range(n)`?
#
# fail_bad_argument.py:13:27: error[E0208]: `"complex64"` is no dtype that kernels have
#   13 |     b = np.zeros(n, dtype="complex64")
#      |                           ^^^^^^^^^^^
#      = hint: dtypes are bool, int8 to int64, uint8 to uint64, float32 and float64
#
# fail_bad_argument.py:14:22: error[E0208]: `math.sqrt` takes a number, this is `float64[::1]`
#   14 |     return math.sqrt(a) + max(a) + np.sum(n) + len(n)
#      |                      ^
#
# fail_bad_argument.py:14:31: error[E0208]: `max` takes two numbers or more, or a tuple, this is `float64[::1]`
#   14 |     return math.sqrt(a) + max(a) + np.sum(n) + len(n)
#      |                               ^
#      = hint: `np.max` takes an array
#
# fail_bad_argument.py:14:43: error[E0208]: `np.sum` takes an array, this is `int64`
#   14 |     return math.sqrt(a) + max(a) + np.sum(n) + len(n)
#      |                                           ^
#
# fail_bad_argument.py:14:52: error[E0208]: `len` takes an array or a tuple, this is `int64`
#   14 |     return math.sqrt(a) + max(a) + np.sum(n) + len(n)
#      |                                                    ^
