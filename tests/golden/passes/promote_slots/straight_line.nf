# run: pass promote-slots
func @f(a: int64, c: bool) -> int64 {
  %0 = param 0 : int64
  %1 = param 1 : bool
  %2 = slot : int64
  %3 = get %2 : int64
  set %2, %0
  %4 = get %2 : int64
  if %1 {
    %5 = get %2 : int64
    %6 = add %5, %3 : int64
    set %2, %6
  }
  %7 = get %2 : int64
  return %7
}
# ---- expect (./dev test --update)
# func @f(a: int64, c: bool) -> int64 {
#   %0 = param 0 : int64
#   %1 = param 1 : bool
#   %2 = slot : int64
#   %3 = const 0 : int64
#   set %2, %0
#   if %1 {
#     %5 = add %0, %3 : int64
#     set %2, %5
#   }
#   %8 = get %2 : int64
#   return %8
# }
