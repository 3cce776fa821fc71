# run: pass prove-indexes
site 1 IndexError "result"
site 2 ValueError "negative dimension"
func @addarr(x: float64[::1], y: float64[::1]) -> float64[::1] {
  %0 = param 0 : float64[::1]
  %1 = param 1 : float64[::1]
  %2 = dim %0, 0 : int64
  %3 = alloc(%2) zero site 2 : float64[::1]
  %4 = const 0 : int64
  %5 = const 1 : int64
  for %6 = %4 to %2 step %5 {
    %7 = load %0[%6] wrap check site 1 : float64
    %8 = load %1[%6] wrap check site 1 : float64
    %9 = add %7, %8 : float64
    store %9, %3[%6] wrap check site 1
  }
  return %3
}
# ---- expect (./dev test --update)
# site 1 IndexError "result"
# site 2 ValueError "negative dimension"
#
# func @addarr(x: float64[::1], y: float64[::1]) -> float64[::1] {
#   %0 = param 0 : float64[::1]
#   %1 = param 1 : float64[::1]
#   %2 = dim %0, 0 : int64
#   %3 = alloc(%2) zero site 2 : float64[::1]
#   %4 = const 0 : int64
#   %5 = const 1 : int64
#   for %6 = %4 to %2 step %5 {
#     %7 = load %0[%6] : float64
#     %8 = load %1[%6] check site 1 : float64
#     %9 = add %7, %8 : float64
#     store %9, %3[%6]
#   }
#   return %3
# }
