# run: types uint8[:,:]
import nearfield as nf


@nf.stencil(cval=0.5)
def f(x):
    return x[1, 0] - x[-1, 0], (x[0, 1] - x[0, -1]) / 2
# ---- expect (./dev test --update)
# fail_cval_of_several.py:5:18: error[E0308]: `cval` is 0.5, which the first of the results, `uint64`, cannot hold
#   5 | @nf.stencil(cval=0.5)
#     |                  ^^^
#     = hint: give a `cval` that all results can hold, or return the widest first
