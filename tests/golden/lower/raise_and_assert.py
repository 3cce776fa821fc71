# run: lower int64
import nearfield as nf


@nf.jit
def f(n):
    assert n != 3, "three is {forbidden}"
    if n < 0:
        raise ValueError("n is negative")
    return n
# ---- expect (./dev test --update)
# source 0 "raise_and_assert.py"
# site 1 AssertionError "three is {forbidden}" at 0 66..103
# site 2 ValueError "n is negative" at 0 126..159
#
# func @f(n: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = const 3 : int64
#   %2 = ne %0, %1 : bool
#   %3 = not %2 : bool
#   if %3 {
#     raise site 1
#   }
#   %6 = const 0 : int64
#   %7 = lt %0, %6 : bool
#   if %7 {
#     raise site 2
#   }
#   return %0
# }
