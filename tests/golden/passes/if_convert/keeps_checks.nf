# run: pass if-convert
site 1 ZeroDivisionError "division by zero"
func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = neighbor %0[0] : int32
  %2 = neighbor %0[1] : int32
  %3 = const 0 : int32
  %4 = eq %2, %3 : bool
  if %4 {
    raise site 1
  }
  %5 = floordiv %1, %2 : int32
  return %5
}
# ---- expect (./dev test --update)
# site 1 ZeroDivisionError "division by zero"
#
# func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int32[:]
#   %1 = neighbor %0[0] : int32
#   %2 = neighbor %0[1] : int32
#   %3 = const 0 : int32
#   %4 = eq %2, %3 : bool
#   if %4 {
#     raise site 1
#   }
#   %7 = floordiv %1, %2 : int32
#   return %7
# }
