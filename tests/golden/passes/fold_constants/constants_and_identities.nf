# run: pass fold-constants
func @f(a: int64, b: float64) -> int64, float64 {
  %0 = param 0 : int64
  %1 = param 1 : float64
  %2 = const 3 : int64
  %3 = const 4 : int64
  %4 = mul %2, %3 : int64
  %5 = add %0, %4 : int64
  %6 = const 0 : int64
  %7 = add %5, %6 : int64
  %8 = const 0.0 : float64
  %9 = add %1, %8 : float64
  %10 = const 1.0 : float64
  %11 = mul %9, %10 : float64
  return %7, %11
}
# ---- expect (./dev test --update)
# func @f(a: int64, b: float64) -> int64, float64 {
#   %0 = param 0 : int64
#   %1 = param 1 : float64
#   %2 = const 3 : int64
#   %3 = const 4 : int64
#   %4 = const 12 : int64
#   %5 = add %0, %4 : int64
#   %6 = const 0 : int64
#   %7 = const 0.0 : float64
#   %8 = add %1, %7 : float64
#   %9 = const 1.0 : float64
#   return %5, %8
# }
