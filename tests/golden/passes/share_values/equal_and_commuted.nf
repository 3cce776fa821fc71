# run: pass share-values
func @f(a: int64, b: int64) -> int64 {
  %0 = param 0 : int64
  %1 = param 1 : int64
  %2 = add %0, %1 : int64
  %3 = add %1, %0 : int64
  %4 = sub %0, %1 : int64
  %5 = sub %1, %0 : int64
  %6 = mul %2, %3 : int64
  %7 = mul %4, %5 : int64
  %8 = add %6, %7 : int64
  return %8
}
# ---- expect (./dev test --update)
# func @f(a: int64, b: int64) -> int64 {
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   %2 = add %0, %1 : int64
#   %3 = sub %0, %1 : int64
#   %4 = sub %1, %0 : int64
#   %5 = mul %2, %2 : int64
#   %6 = mul %3, %4 : int64
#   %7 = add %5, %6 : int64
#   return %7
# }
