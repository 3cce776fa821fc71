# run: types int64
import nearfield as nf


@nf.jit
def even(n):
    return True if n == 0 else odd(n - 1)


@nf.jit
def odd(n):
    return False if n == 0 else even(n - 1)
# ---- expect (./dev test --update)
# fail_recursion.py:7:32: error[E0215]: `odd` calls itself here by way of other kernels
#    7 |     return True if n == 0 else odd(n - 1)
#      |                                ^^^^^^^^^^
#   12 |     return False if n == 0 else even(n - 1)
#      |                                 ----------- `even` called here with (int64)
#      = hint: write the recursion as a loop
