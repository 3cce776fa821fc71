# run: pass narrow-ranges
func @f(x: int32[:] relative) -> uint8 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = neighbor %0[0] : int32
  %2 = cast %1 : int64
  %3 = neighbor %0[1] : int32
  %4 = cast %3 : int64
  %5 = mul %2, %4 : int64
  %6 = const 1000 : int64
  %7 = sub %5, %6 : int64
  %8 = cast %7 : uint8
  return %8
}
# ---- expect (./dev test --update)
# func @f(x: int32[:] relative) -> uint8 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int32[:]
#   %1 = neighbor %0[0] : int32
#   %2 = cast %1 : uint8
#   %3 = neighbor %0[1] : int32
#   %4 = cast %3 : uint8
#   %5 = mul %2, %4 : uint8
#   %6 = const 232 : uint8
#   %7 = sub %5, %6 : uint8
#   return %7
# }
