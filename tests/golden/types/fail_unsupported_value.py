# run: types int64
import numpy as np
import nearfield as nf


@nf.jit
def helper(n):
    return n


@nf.jit
def f(n):
    g = helper
    return np + n + range(3)
# ---- expect (./dev test --update)
# fail_unsupported_value.py:13:9: error[E0216]: `helper` is a kernel and no value in kernels
#   13 |     g = helper
#      |         ^^^^^^
#      = hint: call it: `helper(...)`
#
# fail_unsupported_value.py:14:12: error[E0216]: `np` is a module and no value in kernels
#   14 |     return np + n + range(3)
#      |            ^^
#
# fail_unsupported_value.py:14:21: error[E0216]: `range` is no value in kernels
#   14 |     return np + n + range(3)
#      |                     ^^^^^^^^
#      = hint: use it in a `for`
