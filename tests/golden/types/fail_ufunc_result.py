# run: types float64 float64
import nearfield as nf


@nf.vectorize
def f(a, b):
    return a, b
# ---- expect (./dev test --update)
# fail_ufunc_result.py:7:12: error[E0305]: `f` is computed for each element and returns one number, this returns `(float64, float64)`
#   7 |     return a, b
#     |            ^^^^
#     = hint: `nf.guvectorize` makes several results, and arrays
