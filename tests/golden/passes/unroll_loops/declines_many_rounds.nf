# run: pass unroll-loops
site 1 IndexError "{0} {1}"
func @f(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..9999] {
  %0 = param 0 : uint8[:]
  %1 = slot : int64
  %2 = const 0 : int64
  %3 = const 10000 : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {
    %6 = neighbor_at %0[%5] site 1 : uint8
    %7 = cast %6 : int64
    %8 = get %1 : int64
    %9 = add %8, %7 : int64
    set %1, %9
  }
  %10 = get %1 : int64
  return %10
}
# ---- expect (./dev test --update)
# site 1 IndexError "{0} {1}"
#
# func @f(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..9999] {
#   %0 = param 0 : uint8[:]
#   %1 = slot : int64
#   %2 = const 0 : int64
#   %3 = const 10000 : int64
#   %4 = const 1 : int64
#   for %5 = %2 to %3 step %4 {
#     %6 = neighbor_at %0[%5] site 1 : uint8
#     %7 = cast %6 : int64
#     %8 = get %1 : int64
#     %9 = add %8, %7 : int64
#     set %1, %9
#   }
#   %12 = get %1 : int64
#   return %12
# }
