# run: shapes 64
func @mean(x: float32[:, :] relative) -> float32 stencil rank 2 mode constant footprint [-1..1, -1..1] {
  %0 = param 0 : float32[:, :]
  %1 = neighbor %0[-1, -1] : float32
  %2 = neighbor %0[-1, 0] : float32
  %3 = add %1, %2 : float32
  %4 = neighbor %0[-1, 1] : float32
  %5 = add %3, %4 : float32
  %6 = neighbor %0[0, -1] : float32
  %7 = add %5, %6 : float32
  %8 = neighbor %0[0, 0] : float32
  %9 = add %7, %8 : float32
  %10 = neighbor %0[0, 1] : float32
  %11 = add %9, %10 : float32
  %12 = neighbor %0[1, -1] : float32
  %13 = add %11, %12 : float32
  %14 = neighbor %0[1, 0] : float32
  %15 = add %13, %14 : float32
  %16 = neighbor %0[1, 1] : float32
  %17 = add %15, %16 : float32
  return %17
}
# ---- expect (./dev test --update)
# declined: a reduction of floats keeps its order: `fastmath=True` would let it share work
