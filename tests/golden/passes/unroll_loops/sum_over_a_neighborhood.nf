# run: pass unroll-loops
site 1 IndexError "outside the neighborhood"
func @f(x: int32[:, :] relative) -> int64 stencil rank 2 mode constant footprint [0..1, -1..0] {
  %0 = param 0 : int32[:, :]
  %1 = slot : int64
  %2 = const 0 : int64
  %3 = const 2 : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {
    for %6 = %2 to %3 step %4 {
      %7 = sub %6, %4 : int64
      %8 = neighbor_at %0[%5, %7] site 1 : int32
      %9 = cast %8 : int64
      %10 = get %1 : int64
      %11 = add %10, %9 : int64
      set %1, %11
    }
  }
  %12 = get %1 : int64
  return %12
}
# ---- expect (./dev test --update)
# site 1 IndexError "outside the neighborhood"
#
# func @f(x: int32[:, :] relative) -> int64 stencil rank 2 mode constant footprint [0..1, -1..0] {
#   %0 = param 0 : int32[:, :]
#   %1 = slot : int64
#   %2 = const 0 : int64
#   %3 = const 2 : int64
#   %4 = const 1 : int64
#   %5 = const 0 : int64
#   %6 = const 0 : int64
#   %7 = const -1 : int64
#   %8 = neighbor %0[0, -1] : int32
#   %9 = cast %8 : int64
#   %10 = get %1 : int64
#   %11 = add %10, %9 : int64
#   set %1, %11
#   %13 = const 1 : int64
#   %14 = const 0 : int64
#   %15 = neighbor %0[0, 0] : int32
#   %16 = cast %15 : int64
#   %17 = get %1 : int64
#   %18 = add %17, %16 : int64
#   set %1, %18
#   %20 = const 1 : int64
#   %21 = const 0 : int64
#   %22 = const -1 : int64
#   %23 = neighbor %0[1, -1] : int32
#   %24 = cast %23 : int64
#   %25 = get %1 : int64
#   %26 = add %25, %24 : int64
#   set %1, %26
#   %28 = const 1 : int64
#   %29 = const 0 : int64
#   %30 = neighbor %0[1, 0] : int32
#   %31 = cast %30 : int64
#   %32 = get %1 : int64
#   %33 = add %32, %31 : int64
#   set %1, %33
#   %35 = get %1 : int64
#   return %35
# }
