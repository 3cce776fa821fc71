# run: pass share-values
func @f(a: int64, c: bool) -> int64 {
  %0 = param 0 : int64
  %1 = param 1 : bool
  if %1 {
    %2 = neg %0 : int64
    %3 = neg %0 : int64
    %4 = add %2, %3 : int64
    return %4
  } else {
    %5 = neg %0 : int64
    return %5
  }
}
# ---- expect (./dev test --update)
# func @f(a: int64, c: bool) -> int64 {
#   %0 = param 0 : int64
#   %1 = param 1 : bool
#   if %1 {
#     %2 = neg %0 : int64
#     %3 = add %2, %2 : int64
#     return %3
#   } else {
#     %5 = neg %0 : int64
#     return %5
#   }
# }
