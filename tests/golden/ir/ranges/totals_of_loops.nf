# run: ranges
func @f(x: uint8[:], n: int64) -> int64, int64, int64 {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = slot : int64
  %3 = slot : int64
  %4 = slot : int64
  %5 = const 0 : int64
  %6 = const 101 : int64
  %7 = const 1 : int64
  for %8 = %5 to %6 step %7 {
    for %9 = %8 to %6 step %7 {
      %10 = load %0[%9] : uint8
      %11 = cast %10 : int64
      %12 = get %2 : int64
      %13 = add %12, %11 : int64
      set %2, %13
      %14 = get %3 : int64
      %15 = sub %14, %8 : int64
      set %3, %15
    }
  }
  for %16 = %5 to %1 step %7 {
    %17 = get %4 : int64
    %18 = add %17, %7 : int64
    set %4, %18
  }
  %19 = get %2 : int64
  %20 = get %3 : int64
  %21 = get %4 : int64
  return %19, %20, %21
}
# ---- expect (./dev test --update)
# %1 = param 1 : int64    -9223372036854775808..9223372036854775807
# %5 = const 0 : int64    0..0
# %6 = const 101 : int64    101..101
# %7 = const 1 : int64    1..1
# %8 = loopvar : int64    0..100
# %9 = loopvar : int64    0..100
# %10 = load %0[%9] : uint8    0..255
# %11 = cast %10 : int64    0..255
# %12 = get %2 : int64    0..2601255
# %13 = add %12, %11 : int64    0..2601510
# %14 = get %3 : int64    -1020100..0
# %15 = sub %14, %8 : int64    -1020200..0
# %16 = loopvar : int64    0..9223372036854775806
# %17 = get %4 : int64    -9223372036854775808..9223372036854775807
# %18 = add %17, %7 : int64    -9223372036854775808..9223372036854775807
# %19 = get %2 : int64    0..2601255
# %20 = get %3 : int64    -1020100..0
# %21 = get %4 : int64    -9223372036854775808..9223372036854775807
