# run: types ro float64[::1]
import numpy as np
import nearfield as nf

steps = np.array([1, 2, 3])


@nf.jit
def f(a):
    a[0] = 1
    a[:] = 2
    steps[0] = 5
# ---- expect (./dev test --update)
# fail_readonly_array.py:10:5: error[E0211]: `a` may not be written
#   10 |     a[0] = 1
#      |     ^^^^
#      = hint: the array that was passed is read-only
#
# fail_readonly_array.py:11:5: error[E0211]: `a` may not be written
#   11 |     a[:] = 2
#      |     ^^^^
#      = hint: the array that was passed is read-only
#
# fail_readonly_array.py:12:5: error[E0211]: `steps` may not be written
#   12 |     steps[0] = 5
#      |     ^^^^^^^^
#      = hint: an array from outside is a constant copy; pass it as an argument to write into it
