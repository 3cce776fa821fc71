# run: types uint8[:,:] int64[:,:]
import nearfield as nf


@nf.stencil
def gradient(x):
    return x[1, 0] - x[-1, 0], x[0, 1] - x[0, -1]


@nf.jit
def f(x, y):
    gradient(x, out=y)
    return y
# ---- expect (./dev test --update)
# fail_out_of_several.py:12:21: error[E0208]: `gradient` makes 2 arrays, so it cannot store into one
#   12 |     gradient(x, out=y)
#      |                     ^
#      = hint: take what it returns: `a, b = gradient(...)`
