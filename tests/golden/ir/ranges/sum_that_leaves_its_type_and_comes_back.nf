# run: ranges
# Casting to uint16 wraps negative numbers; adding 1152 brings them back, so the range is that of the numbers.
func @lift(x: int16[:] relative in -1152..1143) -> uint16 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int16[:]
  %1 = neighbor %0[0] : int16
  %2 = cast %1 : uint16
  %3 = const 1152 : uint16
  %4 = add %2, %3 : uint16
  %5 = const 1151 : uint16
  %6 = add %2, %5 : uint16
  %7 = mod %4, %6 : uint16
  return %7
}
# ---- expect (./dev test --update)
# %1 = neighbor %0[0] : int16    -1152..1143
# %2 = cast %1 : uint16    0..65535
# %3 = const 1152 : uint16    1152..1152
# %4 = add %2, %3 : uint16    0..2295
# %5 = const 1151 : uint16    1151..1151
# %6 = add %2, %5 : uint16    0..65535
# %7 = mod %4, %6 : uint16    0..2295
