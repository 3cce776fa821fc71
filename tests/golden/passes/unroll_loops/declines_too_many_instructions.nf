# run: pass unroll-loops
site 1 IndexError "{0} {1}"
func @f(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant footprint [-50..50, -50..50] {
  %0 = param 0 : uint8[:, :]
  %1 = slot : int64
  %2 = const -50 : int64
  %3 = const 14 : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {
    for %6 = %2 to %3 step %4 {
      %7 = neighbor_at %0[%5, %6] site 1 : uint8
      %8 = cast %7 : int64
      %9 = get %1 : int64
      %10 = add %9, %8 : int64
      set %1, %10
    }
  }
  %11 = get %1 : int64
  return %11
}
# ---- expect (./dev test --update)
# site 1 IndexError "{0} {1}"
#
# func @f(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant footprint [-50..50, -50..50] {
#   %0 = param 0 : uint8[:, :]
#   %1 = slot : int64
#   %2 = const -50 : int64
#   %3 = const 14 : int64
#   %4 = const 1 : int64
#   for %5 = %2 to %3 step %4 {
#     for %6 = %2 to %3 step %4 {
#       %7 = neighbor_at %0[%5, %6] site 1 : uint8
#       %8 = cast %7 : int64
#       %9 = get %1 : int64
#       %10 = add %9, %8 : int64
#       set %1, %10
#     }
#   }
#   %14 = get %1 : int64
#   return %14
# }
