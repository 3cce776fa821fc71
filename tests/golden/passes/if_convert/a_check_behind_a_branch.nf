# run: pass if-convert
site 1 ZeroDivisionError "division by zero"
func @f(x: int32[:] relative, d: int32) -> int32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = param 1 : int32
  %2 = neighbor %0[0] : int32
  %3 = const 0 : int32
  %4 = eq %1, %3 : bool
  %5 = gt %2, %3 : bool
  if %5 {
    return %2
  }
  if %4 {
    raise site 1
  }
  %6 = floordiv %2, %1 : int32
  return %6
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
#   %5 = gt %2, %3 : bool
#   %6 = not %5 : bool
#   %7 = and %6, %4 : bool
#   if %7 {
#     raise site 1
#   }
#   %10 = floordiv %2, %1 : int32
#   %11 = select %5, %2, %10 : int32
#   return %11
# }
