# run: types float64[::1] float64 int64
import nearfield as nf


@nf.jit
def f(a, x, n):
    b = a & 1
    c = x & 1
    d = (n, n) < n
    if a:
        return ~x
    return n in (1, 2)
# ---- expect (./dev test --update)
# fail_bad_operands.py:7:9: error[E0203]: `&` is not defined for `float64[::1]` and `int64`
#   7 |     b = a & 1
#     |         ^^^^^
#
# fail_bad_operands.py:8:9: error[E0203]: `&` is not defined for `float64` and `int64`
#   8 |     c = x & 1
#     |         ^^^^^
#
# fail_bad_operands.py:9:9: error[E0203]: `<` is not defined for `(int64, int64)` and `int64`
#   9 |     d = (n, n) < n
#     |         ^^^^^^^^^^
#
# fail_bad_operands.py:10:8: error[E0203]: the truth of `float64[::1]` is not defined
#   10 |     if a:
#      |        ^
#      = hint: ask for `.size`, or compare elements
#
# fail_bad_operands.py:11:16: error[E0203]: `~` is not defined for `float64`
#   11 |         return ~x
#      |                ^^
#
# fail_bad_operands.py:12:12: error[E0104]: `in` is not supported in kernels
#   12 |     return n in (1, 2)
#      |            ^^^^^^^^^^^
#      = hint: compare with each item in a loop
