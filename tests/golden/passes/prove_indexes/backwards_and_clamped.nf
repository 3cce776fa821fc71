# run: pass prove-indexes
site 1 IndexError "x"
func @f(x: float64[::1]) -> float64 {
  %0 = param 0 : float64[::1]
  %1 = slot : float64
  %2 = dim %0, 0 : int64
  %3 = const 1 : int64
  %4 = sub %2, %3 : int64
  %5 = const -1 : int64
  for %6 = %4 to %5 step %5 {
    %7 = load %0[%6] wrap check site 1 : float64
    %8 = add %6, %3 : int64
    %9 = min %8, %4 : int64
    %10 = load %0[%9] wrap check site 1 : float64
    %11 = load %0[%8] wrap check site 1 : float64
    set %1, %11
  }
  %12 = get %1 : float64
  return %12
}
# ---- expect (./dev test --update)
# site 1 IndexError "x"
#
# func @f(x: float64[::1]) -> float64 {
#   %0 = param 0 : float64[::1]
#   %1 = slot : float64
#   %2 = dim %0, 0 : int64
#   %3 = const 1 : int64
#   %4 = sub %2, %3 : int64
#   %5 = const -1 : int64
#   for %6 = %4 to %5 step %5 {
#     %7 = load %0[%6] : float64
#     %8 = add %6, %3 : int64
#     %9 = min %8, %4 : int64
#     %10 = load %0[%9] wrap check site 1 : float64
#     %11 = load %0[%8] check site 1 : float64
#     set %1, %11
#   }
#   %14 = get %1 : float64
#   return %14
# }
