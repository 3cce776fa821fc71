# run: shapes 64
func @mean(x: float32[:, :] relative) -> float32 stencil rank 2 mode constant footprint [-1..1, -1..1] fastmath {
  %0 = param 0 : float32[:, :]
  %1 = neighbor %0[-1, -1] : float32
  %2 = const 0.25 : float32
  %3 = mul %1, %2 : float32
  %4 = neighbor %0[-1, 0] : float32
  %5 = const 0.5 : float32
  %6 = mul %4, %5 : float32
  %7 = add %3, %6 : float32
  %8 = neighbor %0[-1, 1] : float32
  %9 = const 0.25 : float32
  %10 = mul %8, %9 : float32
  %11 = add %7, %10 : float32
  %12 = neighbor %0[0, -1] : float32
  %13 = const 0.5 : float32
  %14 = mul %12, %13 : float32
  %15 = add %11, %14 : float32
  %16 = neighbor %0[0, 0] : float32
  %17 = add %15, %16 : float32
  %18 = neighbor %0[0, 1] : float32
  %19 = const 0.5 : float32
  %20 = mul %18, %19 : float32
  %21 = add %17, %20 : float32
  %22 = neighbor %0[1, -1] : float32
  %23 = const 0.25 : float32
  %24 = mul %22, %23 : float32
  %25 = add %21, %24 : float32
  %26 = neighbor %0[1, 0] : float32
  %27 = const 0.5 : float32
  %28 = mul %26, %27 : float32
  %29 = add %25, %28 : float32
  %30 = neighbor %0[1, 1] : float32
  %31 = const 0.25 : float32
  %32 = mul %30, %31 : float32
  %33 = add %29, %32 : float32
  return %33
}
# ---- expect (./dev test --update)
# done: the 3x3 weights are the product of a row and a column: the sum of 9 neighbours takes 7.75 operations for each output instead of 16
