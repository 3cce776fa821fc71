# run: pass promote-slots
func @f(a: int64, n: int64) -> int64 {
  %0 = param 0 : int64
  %1 = param 1 : int64
  %2 = slot : int64
  %3 = slot : int64
  set %2, %0
  set %3, %0
  %4 = const 0 : int64
  %5 = const 1 : int64
  for %6 = %4 to %1 step %5 {
    %7 = get %2 : int64
    %8 = get %3 : int64
    %9 = add %7, %8 : int64
    set %2, %9
  }
  %10 = get %2 : int64
  return %10
}
# ---- expect (./dev test --update)
# func @f(a: int64, n: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   %2 = slot : int64
#   %3 = slot : int64
#   set %2, %0
#   set %3, %0
#   %6 = const 0 : int64
#   %7 = const 1 : int64
#   for %8 = %6 to %1 step %7 {
#     %9 = get %2 : int64
#     %10 = add %9, %0 : int64
#     set %2, %10
#   }
#   %13 = get %2 : int64
#   return %13
# }
