# run: pass narrow-stages
site 1 ValueError "axis {0} has size {1}, wanted {2}"
func @f(x: uint8[:]) -> int64[::1] {
  %0 = param 0 : uint8[:]
  %1 = call 1(%0) site 1 : int64[::1]
  %2 = call 2(%1) site 1 : int64[::1]
  return %2
}
func @mean(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[-1] : uint8
  %2 = cast %1 : int64
  %3 = neighbor %0[1] : uint8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = const 2 : int64
  %7 = floordiv %5, %6 : int64
  return %7
}
func @mean(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : int64[:]
  %1 = neighbor %0[-1] : int64
  %2 = neighbor %0[1] : int64
  %3 = add %1, %2 : int64
  %4 = const 2 : int64
  %5 = floordiv %3, %4 : int64
  return %5
}
# ---- expect (./dev test --update)
# site 1 ValueError "axis {0} has size {1}, wanted {2}"
#
# func @f(x: uint8[:]) -> int64[::1] {
#   %0 = param 0 : uint8[:]
#   %1 = call 3(%0) site 1 : uint8[::1]
#   %2 = call 4(%1) site 1 : int64[::1]
#   return %2
# }
#
# func @mean(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[-1] : uint8
#   %2 = cast %1 : int64
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : int64
#   %5 = add %2, %4 : int64
#   %6 = const 2 : int64
#   %7 = floordiv %5, %6 : int64
#   return %7
# }
#
# func @mean(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : int64[:]
#   %1 = neighbor %0[-1] : int64
#   %2 = neighbor %0[1] : int64
#   %3 = add %1, %2 : int64
#   %4 = const 2 : int64
#   %5 = floordiv %3, %4 : int64
#   return %5
# }
#
# func @mean(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[-1] : uint8
#   %2 = cast %1 : int64
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : int64
#   %5 = add %2, %4 : int64
#   %6 = const 2 : int64
#   %7 = floordiv %5, %6 : int64
#   %8 = cast %7 : uint8
#   return %8
# }
#
# func @mean(x: uint8[:] relative in 0..255) -> int64 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[-1] : uint8
#   %2 = cast %1 : int64
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : int64
#   %5 = add %2, %4 : int64
#   %6 = const 2 : int64
#   %7 = floordiv %5, %6 : int64
#   return %7
# }
