# run: pass store-through
site 1 ValueError "shape of the stencil"
site 2 ValueError "shape of the copy"
func @smooth(x: int8[:], out: int8[:]) {
  %0 = param 0 : int8[:]
  %1 = param 1 : int8[:]
  %2 = call 1(%0) site 1 : int64[::1]
  copy %1, %2 site 2
}
func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant cval int64 300 footprint [0..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[1] : int8
  %2 = cast %1 : int64
  return %2
}
# ---- expect (./dev test --update)
# site 1 ValueError "shape of the stencil"
# site 2 ValueError "shape of the copy"
#
# func @smooth(x: int8[:], out: int8[:]) {
#   %0 = param 0 : int8[:]
#   %1 = param 1 : int8[:]
#   %2 = const true : bool
#   %3 = dim %0, 0 : int64
#   %4 = dim %1, 0 : int64
#   %5 = eq %4, %3 : bool
#   if %5 {
#     %6 = call 2(%0) out %1 site 1 : int8[:]
#   } else {
#     %7 = call 2(%0) site 1 : int8[::1]
#     copy %1, %7 site 2
#   }
# }
#
# func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant cval int64 300 footprint [0..1] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[1] : int8
#   %2 = cast %1 : int64
#   return %2
# }
#
# func @s(x: int8[:] relative) -> int8 stencil rank 1 mode constant cval int8 44 footprint [0..1] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[1] : int8
#   %2 = cast %1 : int64
#   %3 = cast %2 : int8
#   return %3
# }
