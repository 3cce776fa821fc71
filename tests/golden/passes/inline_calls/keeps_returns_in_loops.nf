# run: pass inline-calls
func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int64[:]
  %1 = neighbor %0[0] : int64
  %2 = call 1(%1) : int64
  return %2
}
func @g(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = const 0 : int64
  %2 = const 10 : int64
  %3 = const 1 : int64
  for %4 = %1 to %2 step %3 {
    %5 = eq %4, %0 : bool
    if %5 {
      return %4
    }
  }
  return %1
}
# ---- expect (./dev test --update)
# func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int64[:]
#   %1 = neighbor %0[0] : int64
#   %2 = call 1(%1) : int64
#   return %2
# }
#
# func @g(a: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = const 0 : int64
#   %2 = const 10 : int64
#   %3 = const 1 : int64
#   for %4 = %1 to %2 step %3 {
#     %5 = eq %4, %0 : bool
#     if %5 {
#       return %4
#     }
#   }
#   return %1
# }
