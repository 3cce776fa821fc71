# run: ptx sm_80 int32[:, ::1]
import nearfield as nf


@nf.stencil
def ratio(x):
    total = x[0, 0]
    if total > 3:
        total = total // x[0, 1]
    return total
# ---- expect (./dev test --update)
# `ratio` cannot be compiled for a GPU: it may raise ZeroDivisionError in a branch or loop
#   at refuses_a_branch_that_raises.py:8:5
#         if total > 3:
#         ^^^^^^^^^^^^^
#   hint: with error_model="numpy" no division raises
