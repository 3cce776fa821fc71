# run: pass fold-constants
site 1 ZeroDivisionError "division by zero"
func @f(a: uint8) -> int64 {
  %0 = param 0 : uint8
  %1 = cast %0 : int64
  %2 = const 1 : int64
  %3 = add %1, %2 : int64
  %4 = const 0 : int64
  %5 = eq %3, %4 : bool
  if %5 {
    raise site 1
  }
  return %3
}
# ---- expect (./dev test --update)
# site 1 ZeroDivisionError "division by zero"
#
# func @f(a: uint8) -> int64 {
#   %0 = param 0 : uint8
#   %1 = cast %0 : int64
#   %2 = const 1 : int64
#   %3 = add %1, %2 : int64
#   %4 = const 0 : int64
#   %5 = const false : bool
#   return %3
# }
