# run: types float64[:,:]
import math

import nearfield as nf
import numpy as np


@nf.jit
def f(a):
    b = math.sqrt(a)
    c = np.uint8(a)
    return a @ a
# ---- expect (./dev test --update)
# fail_function_of_numbers.py:10:19: error[E0208]: `math.sqrt` takes a number, this is `float64[:, :]`
#   10 |     b = math.sqrt(a)
#      |                   ^
#
# fail_function_of_numbers.py:11:18: error[E0208]: `np.uint8` takes a number, this is `float64[:, :]`
#   11 |     c = np.uint8(a)
#      |                  ^
#      = hint: `.astype(...)` casts an array
#
# fail_function_of_numbers.py:12:12: error[E0203]: `@` is not defined for `float64[:, :]` and `float64[:, :]`
#   12 |     return a @ a
#      |            ^^^^^
