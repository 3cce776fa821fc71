# run: verify
func @f(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = div %0, %0 : int64
  return %1
}
