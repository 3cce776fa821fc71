# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    return n + 2 ** 70 + 18446744073709551616
# ---- expect (./dev test --update)
# fail_integer_too_large.py:7:16: error[E0213]: `2 ** 70` does not fit 64 bits
#   7 |     return n + 2 ** 70 + 18446744073709551616
#     |                ^^^^^^^
#     = hint: a float (`2.0**70`) holds an approximate value
#
# fail_integer_too_large.py:7:26: error[E0213]: `18446744073709551616` does not fit 64 bits
#   7 |     return n + 2 ** 70 + 18446744073709551616
#     |                          ^^^^^^^^^^^^^^^^^^^^
#     = hint: a float (`2.0**70`) holds an approximate value
