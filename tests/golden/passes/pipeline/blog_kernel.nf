# run: after
site 1 ValueError "shape of the stencil"
site 2 ValueError "shape of the copy"
func @smooth(x: int8[:], out: int8[:]) {
  %0 = param 0 : int8[:]
  %1 = param 1 : int8[:]
  %2 = call 1(%0) site 1 : int64[::1]
  copy %1, %2 site 2
}
func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant {
  %0 = param 0 : int8[:]
  %1 = slot : int64
  %2 = neighbor %0[-1] : int8
  %3 = cast %2 : int64
  %4 = neighbor %0[0] : int8
  %5 = cast %4 : int64
  %6 = add %3, %5 : int64
  set %1, %6
  %7 = get %1 : int64
  %8 = neighbor %0[1] : int8
  %9 = cast %8 : int64
  %10 = add %7, %9 : int64
  set %1, %10
  %11 = get %1 : int64
  %12 = const 3 : int64
  %13 = floordiv %11, %12 : int64
  return %13
}
# ---- expect (./dev test --update)
# site 1 ValueError "shape of the stencil"
# site 2 ValueError "shape of the copy"
#
# func @smooth(x: int8[:], out: int8[:]) {
#   %0 = param 0 : int8[:]
#   %1 = param 1 : int8[:]
#   %2 = dim %0, 0 : int64
#   %3 = dim %1, 0 : int64
#   %4 = eq %3, %2 : bool
#   if %4 {
#     %5 = call 1(%0) out %1 site 1 : int8[:]
#   } else {
#     %6 = call 1(%0) site 1 : int8[::1]
#     copy %1, %6 site 2
#   }
# }
#
# func @s(x: int8[:] relative) -> int8 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[-1] : int8
#   %2 = cast %1 : int16
#   %3 = neighbor %0[0] : int8
#   %4 = cast %3 : int16
#   %5 = add %2, %4 : int16
#   %6 = neighbor %0[1] : int8
#   %7 = cast %6 : int16
#   %8 = add %5, %7 : int16
#   %9 = cast %8 : uint16
#   %10 = const 768 : uint16
#   %11 = add %9, %10 : uint16
#   %12 = const 3 : uint16
#   %13 = floordiv %11, %12 : uint16
#   %14 = const 256 : int16
#   %15 = cast %13 : int16
#   %16 = sub %15, %14 : int16
#   %17 = cast %16 : int8
#   return %17
# }
