# run: explain x86-64-v3 uint8[:]
import nearfield as nf


@nf.stencil
def smooth(x):
    return x[-1, 0] + x[1, 0]
# ---- expect (./dev test --update)
# fail_wrong_types.py:7:14: error[E0204]: `x` has 1 dimension, indexed with 2
#   6 | def smooth(x):
#     |            - 1 dimension
#   7 |     return x[-1, 0] + x[1, 0]
#     |              ^^^^^
#
# fail_wrong_types.py:7:25: error[E0204]: `x` has 1 dimension, indexed with 2
#   6 | def smooth(x):
#     |            - 1 dimension
#   7 |     return x[-1, 0] + x[1, 0]
#     |                         ^^^^
