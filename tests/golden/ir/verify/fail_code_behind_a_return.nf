# run: verify
func @f(a: int64) -> int64 {
  %0 = param 0 : int64
  return %0
  %1 = neg %0 : int64
}
