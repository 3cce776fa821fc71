# run: types float64[:, ::1]
import nearfield as nf


@nf.guvectorize([(nf.float32[:], nf.float32[:])], "(n)->(n)")
def narrow(x, out):
    out[:] = x


@nf.guvectorize("(n),()->(n)")
def returns_and_stores(x, by, out):
    out[:] = x
    return by


@nf.guvectorize("(n)->(n)")
def writes_its_input(x, out):
    x[0] = 1
    out[:] = x


@nf.jit
def f(x):
    narrow(x)
    narrow(x, x, x)
    returns_and_stores(x, 1)
    writes_its_input(x)
# ---- expect (./dev test --update)
# fail_gufunc_call.py:13:12: error[E0217]: `returns_and_stores` has parameters for its outputs, so it returns nothing
#   13 |     return by
#      |            ^^
#   26 |     returns_and_stores(x, 1)
#      |     ------------------------ `returns_and_stores` called here with (float64[:, ::1], int64)
#      = hint: store into the parameters, or drop them and return the results
#
# fail_gufunc_call.py:18:5: error[E0211]: `x` may not be written
#   18 |     x[0] = 1
#      |     ^^^^
#   27 |     writes_its_input(x)
#      |     ------------------- `writes_its_input` called here with (float64[:, ::1])
#      = hint: an input of a gufunc is not written; if callers are to see it, name it: writable_args=("x",)
#
# fail_gufunc_call.py:24:5: error[E0208]: no declared types of the gufunc `narrow` take (float64[:, ::1]) without loss
#   24 |     narrow(x)
#      |     ^^^^^^^^^
#      = hint: cast the arguments, or leave the types out of guvectorize
#
# fail_gufunc_call.py:25:5: error[E0207]: `narrow` takes 1 inputs, or those and 1 outputs, got 3
#   25 |     narrow(x, x, x)
#      |     ^^^^^^^^^^^^^^^
