# run: ptx sm_80 int32[:, ::1]
import nearfield as nf


@nf.stencil
def ratio(x):
    return x[0, 0] // x[0, 1]
# ---- expect (./dev test --update)
# `ratio` cannot be compiled for a GPU: it may raise ZeroDivisionError
#   at refuses_what_may_raise.py:7:12
#         return x[0, 0] // x[0, 1]
#                ^^^^^^^^^^^^^^^^^^
#   hint: with error_model="numpy" no division raises
