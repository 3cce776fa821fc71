# run: types float64[:,:] float64[:] bool[:,:]
import math

import nearfield as nf


@nf.stencil
def twice(x):
    y = x + x
    return x[0, 0]


@nf.jit
def f(a, row, flags):
    b = a + row
    c = a < a < a
    a += 1
    d = math.sqrt(a)
    e = -flags
    return twice(a)
# ---- expect (./dev test --update)
# fail_whole_arrays.py:16:9: error[E0104]: a chain of comparisons of arrays is not supported in kernels
#   16 |     c = a < a < a
#      |         ^^^^^^^^^
#      = hint: write `(a < b) & (b < c)`
#
# fail_whole_arrays.py:17:5: error[E0203]: this is not defined for `float64[:, :]` and `int64`
#   17 |     a += 1
#      |     ^^^^^^
#      = hint: write `x = x + y` for a new array, or `x[:] = x + y` to store into the old one
#
# fail_whole_arrays.py:19:9: error[E0203]: `-` is not defined for `bool[:, :]`
#   19 |     e = -flags
#      |         ^^^^^^
