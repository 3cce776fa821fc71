# run: pass store-through
site 1 ValueError "shape"
func @smooth(x: int8[:], out: int8[:]) -> int8[::1] {
  %0 = param 0 : int8[:]
  %1 = param 1 : int8[:]
  %2 = call 1(%0) site 1 : int8[::1]
  copy %1, %2 site 1
  return %2
}
func @s(x: int8[:] relative) -> int8 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[1] : int8
  return %1
}
# ---- expect (./dev test --update)
# site 1 ValueError "shape"
#
# func @smooth(x: int8[:], out: int8[:]) -> int8[::1] {
#   %0 = param 0 : int8[:]
#   %1 = param 1 : int8[:]
#   %2 = call 1(%0) site 1 : int8[::1]
#   copy %1, %2 site 1
#   return %2
# }
#
# func @s(x: int8[:] relative) -> int8 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[1] : int8
#   return %1
# }
