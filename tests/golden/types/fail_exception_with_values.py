# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    if n < 0:
        raise ValueError("must not be negative", n)
    if n > 100:
        raise ValueError(f"{n} is too large")
    assert n != 7, f"{n} is unlucky"
    return n
# ---- expect (./dev test --update)
# fail_exception_with_values.py:8:15: error[E0104]: an exception with anything but one constant text is not supported in kernels
#   8 |         raise ValueError("must not be negative", n)
#     |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#     = hint: write the message as one string, without values
#
# fail_exception_with_values.py:10:15: error[E0104]: an exception with anything but one constant text is not supported in kernels
#   10 |         raise ValueError(f"{n} is too large")
#      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
#      = hint: write the message as one string, without values
#
# fail_exception_with_values.py:11:20: error[E0104]: a message that is no constant text is not supported in kernels
#   11 |     assert n != 7, f"{n} is unlucky"
#      |                    ^^^^^^^^^^^^^^^^^
#      = hint: write the message as one string, without values
