# run: stencil-facts
func @s(x: uint8[:, :] relative) -> int64, int64, float64 stencil rank 2 mode constant {
  %0 = param 0 : uint8[:, :]
  %1 = neighbor %0[-1, 2] : uint8
  %2 = cast %1 : int64
  %3 = neighbor %0[0, -3] : uint8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = sub %2, %4 : int64
  %7 = cast %6 : float64
  return %5, %6, %7
}
# ---- expect (./dev test --update)
# footprint -1..0 -3..2
# result int64 in 0..510, fits uint16
# result int64 in -255..255, fits int16
# result float64, fits float64
