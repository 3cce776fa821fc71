# run: types float64[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    out = x[0, 0] + x[0, 1]
    return out
# ---- expect (./dev test --update)
# fail_reserved_out.py:7:5: error[E0304]: `out` is the name of the array that receives a stencil's result
#   7 |     out = x[0, 0] + x[0, 1]
#     |     ^^^
#     = hint: choose another name
