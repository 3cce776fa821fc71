# run: types float64[::1] int64
import nearfield as nf


@nf.jit
def f(x, i):
    return x[i] & 1
# ---- expect (./dev test --update)
# fail_bits_of_a_float.py:7:12: error[E0203]: `&` is not defined for `float64` and `int64`
#   7 |     return x[i] & 1
#     |            ^^^^^^^^
