# run: pass if-convert
site 1 ZeroDivisionError "division by zero"
func @f(x: int32[:] relative, d: int32) -> int32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = param 1 : int32
  %2 = neighbor %0[0] : int32
  %3 = const 0 : int32
  %4 = eq %1, %3 : bool
  if %4 {
    raise site 1
  }
  %5 = floordiv %2, %1 : int32
  %6 = gt %5, %3 : bool
  %7 = slot : int32
  set %7, %3
  if %6 {
    set %7, %5
  }
  %8 = get %7 : int32
  return %8
}
# ---- expect (./dev test --update)
# site 1 ZeroDivisionError "division by zero"
#
# func @f(x: int32[:] relative, d: int32) -> int32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int32[:]
#   %1 = param 1 : int32
#   %2 = neighbor %0[0] : int32
#   %3 = const 0 : int32
#   %4 = eq %1, %3 : bool
#   if %4 {
#     raise site 1
#   }
#   %7 = floordiv %2, %1 : int32
#   %8 = gt %7, %3 : bool
#   %9 = const 0 : int32
#   %10 = select %8, %7, %3 : int32
#   return %10
# }
