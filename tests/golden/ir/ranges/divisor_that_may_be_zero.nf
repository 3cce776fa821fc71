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
