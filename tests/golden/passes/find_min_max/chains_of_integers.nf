# run: pass find-min-max
func @erode(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[-1] : uint8
  %2 = neighbor %0[0] : uint8
  %3 = neighbor %0[1] : uint8
  %4 = lt %2, %1 : bool
  %5 = select %4, %2, %1 : uint8
  %6 = ge %5, %3 : bool
  %7 = select %6, %3, %5 : uint8
  %8 = gt %7, %2 : bool
  %9 = not %8 : bool
  %10 = select %9, %2, %7 : uint8
  %11 = lt %10, %2 : bool
  %12 = select %11, %1, %2 : uint8
  %13 = add %10, %12 : uint8
  return %13
}
# ---- expect (./dev test --update)
# func @erode(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[-1] : uint8
#   %2 = neighbor %0[0] : uint8
#   %3 = neighbor %0[1] : uint8
#   %4 = lt %2, %1 : bool
#   %5 = min %1, %2 : uint8
#   %6 = ge %5, %3 : bool
#   %7 = min %5, %3 : uint8
#   %8 = gt %7, %2 : bool
#   %9 = not %8 : bool
#   %10 = max %2, %7 : uint8
#   %11 = lt %10, %2 : bool
#   %12 = select %11, %1, %2 : uint8
#   %13 = add %10, %12 : uint8
#   return %13
# }
