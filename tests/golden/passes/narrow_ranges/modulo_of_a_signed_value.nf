# run: pass narrow-ranges
func @f(x: int8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[0] : int8
  %2 = cast %1 : int64
  %3 = const 7 : int64
  %4 = mod %2, %3 : int64
  return %4
}
# ---- expect (./dev test --update)
# func @f(x: int8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[0] : int8
#   %2 = cast %1 : uint16
#   %3 = const 133 : uint16
#   %4 = add %2, %3 : uint16
#   %5 = const 7 : uint16
#   %6 = mod %4, %5 : uint16
#   %7 = cast %6 : int64
#   return %7
# }
