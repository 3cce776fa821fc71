# run: ptx sm_80 float64[::1] int64
import nearfield as nf


@nf.stencil
def grow(x, n):
    total = x[-1] + x[1]
    for i in range(n):
        total = total * total + x[0]
    return total
# ---- expect (./dev test --update)
# `grow` cannot be compiled for a GPU: it has a loop that is not unrolled
#   at refuses_a_loop.py:8:5
#         for i in range(n):
#         ^^^^^^^^^^^^^^^^^^
#   hint: loops of a few constant rounds are
