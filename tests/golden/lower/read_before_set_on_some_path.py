# run: lower int64
import nearfield as nf


@nf.jit
def f(n):
    for i in range(n):
        last = i
    return last
# ---- expect (./dev test --update)
# source 0 "read_before_set_on_some_path.py"
# site 1 UnboundLocalError "local variable 'last' referenced before assignment" at 0 113..117
#
# func @f(n: int64) -> int64 {
#   %4 = slot : bool
#   %7 = slot : int64
#   %0 = param 0 : int64
#   %1 = const 0 : int64
#   %2 = const 1 : int64
#   %5 = const false : bool
#   set %4, %5
#   for %3 = %1 to %0 step %2 {
#     set %7, %3
#     %9 = const true : bool
#     set %4, %9
#   }
#   %12 = get %4 : bool
#   %13 = not %12 : bool
#   if %13 {
#     raise site 1
#   }
#   %16 = get %7 : int64
#   return %16
# }
