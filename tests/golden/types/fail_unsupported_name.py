# run: types float64
import math
import numpy as np
import nearfield as nf


@nf.jit
def f(x):
    return np.sqr(x) + math.lgamma(x) + np.linalg.norm(x)
# ---- expect (./dev test --update)
# fail_unsupported_name.py:9:15: error[E0202]: `numpy.sqr` is not supported in kernels
#   9 |     return np.sqr(x) + math.lgamma(x) + np.linalg.norm(x)
#     |               ^^^
#     = hint: did you mean `sqrt`?
#
# fail_unsupported_name.py:9:29: error[E0202]: `math.lgamma` is not supported in kernels
#   9 |     return np.sqr(x) + math.lgamma(x) + np.linalg.norm(x)
#     |                             ^^^^^^
#
# fail_unsupported_name.py:9:41: error[E0202]: `numpy.linalg.norm` is not supported in kernels
#   9 |     return np.sqr(x) + math.lgamma(x) + np.linalg.norm(x)
#     |                                         ^^^^^^^^^^^^^^
