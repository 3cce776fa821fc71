# run: ranges
func @f(x: uint8[:]) -> int64 {
  %0 = param 0 : uint8[:]
  %1 = slot : int64
  %2 = slot : int8
  %3 = const 1 : int64
  %4 = dim %0, 0 : int64
  for %5 = %3 to %4 step %3 {
    %6 = get %1 : int64
    %7 = add %6, %5 : int64
    set %1, %7
    %8 = const 5 : int8
    set %2, %8
    %9 = sub %5, %3 : int64
  }
  %10 = get %2 : int8
  %11 = get %1 : int64
  return %11
}
# ---- expect (./dev test --update)
# %3 = const 1 : int64    1..1
# %4 = dim %0, 0 : int64    0..9223372036854775807
# %5 = loopvar : int64    1..9223372036854775806
# %6 = get %1 : int64    -9223372036854775808..9223372036854775807
# %7 = add %6, %5 : int64    -9223372036854775808..9223372036854775807
# %8 = const 5 : int8    5..5
# %9 = sub %5, %3 : int64    0..9223372036854775805
# %10 = get %2 : int8    0..5
# %11 = get %1 : int64    -9223372036854775808..9223372036854775807
