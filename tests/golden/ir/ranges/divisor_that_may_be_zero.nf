# run: ranges
func @f(a: int16 in -100..50, b: int16 in -3..4) -> int16 {
  %0 = param 0 : int16
  %1 = param 1 : int16
  %2 = floordiv %0, %1 : int16
  %3 = mod %0, %1 : int16
  %4 = lt %0, %1 : bool
  %5 = const 51 : int16
  %6 = lt %0, %5 : bool
  return %3
}
# ---- expect (./dev test --update)
# %0 = param 0 : int16    -100..50
# %1 = param 1 : int16    -3..4
# %2 = floordiv %0, %1 : int16    -100..100
# %3 = mod %0, %1 : int16    -2..3
# %4 = lt %0, %1 : bool    0..1
# %5 = const 51 : int16    51..51
# %6 = lt %0, %5 : bool    1..1
