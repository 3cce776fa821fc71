# run: ranges
func @mean(x: int8[:] relative) -> int64 stencil rank 1 mode constant {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[-1] : int8
  %2 = cast %1 : int64
  %3 = neighbor %0[0] : int8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = const 3 : int64
  %7 = floordiv %5, %6 : int64
  %8 = mod %5, %6 : int64
  %9 = cast %5 : int8
  %10 = abs %9 : int8
  %11 = const 15 : int64
  %12 = and %5, %11 : int64
  %13 = mul %5, %5 : int64
  return %7
}
# ---- expect (./dev test --update)
# %1 = neighbor %0[-1] : int8    -128..127
# %2 = cast %1 : int64    -128..127
# %3 = neighbor %0[0] : int8    -128..127
# %4 = cast %3 : int64    -128..127
# %5 = add %2, %4 : int64    -256..254
# %6 = const 3 : int64    3..3
# %7 = floordiv %5, %6 : int64    -86..84
# %8 = mod %5, %6 : int64    0..2
# %9 = cast %5 : int8    -128..127
# %10 = abs %9 : int8    -128..127
# %11 = const 15 : int64    15..15
# %12 = and %5, %11 : int64    0..15
# %13 = mul %5, %5 : int64    0..65536
