# run: pass unroll-loops
func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = neighbor %0[0] : int32
  %2 = const 0 : int64
  %3 = const 2 : int64
  %4 = const 1 : int64
  %5 = const 7 : int32
  for %6 = %2 to %3 step %4 {
    %7 = gt %1, %5 : bool
    if %7 {
      break
    }
  }
  return %1
}
# ---- expect (./dev test --update)
# func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int32[:]
#   %1 = neighbor %0[0] : int32
#   %2 = const 0 : int64
#   %3 = const 2 : int64
#   %4 = const 1 : int64
#   %5 = const 7 : int32
#   for %6 = %2 to %3 step %4 {
#     %7 = gt %1, %5 : bool
#     if %7 {
#       break
#     }
#   }
#   return %1
# }
