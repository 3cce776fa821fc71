# run: pass inline-calls
func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int64[:]
  %1 = neighbor %0[0] : int64
  %2 = call 1(%1) : int64
  return %2
}
func @g(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = call 2(%0, %0) : int64
  %2 = add %1, %0 : int64
  return %2
}
func @h(a: int64, b: int64) -> int64 {
  %0 = param 0 : int64
  %1 = param 1 : int64
  %2 = mul %0, %1 : int64
  return %2
}
# ---- expect (./dev test --update)
# func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int64[:]
#   %1 = neighbor %0[0] : int64
#   %2 = mul %1, %1 : int64
#   %3 = add %2, %1 : int64
#   return %3
# }
#
# func @g(a: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = call 2(%0, %0) : int64
#   %2 = add %1, %0 : int64
#   return %2
# }
#
# func @h(a: int64, b: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   %2 = mul %0, %1 : int64
#   return %2
# }
