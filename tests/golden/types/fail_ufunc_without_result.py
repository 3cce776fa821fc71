# run: types float64
import nearfield as nf


@nf.vectorize
def f(a):
    a * 2
# ---- expect (./dev test --update)
# fail_ufunc_without_result.py:6:5: error[E0305]: `f` is computed for each element and returns one number, this returns nothing
#   6 | def f(a):
#     |     ^
#     = hint: `nf.guvectorize` makes several results, and arrays
