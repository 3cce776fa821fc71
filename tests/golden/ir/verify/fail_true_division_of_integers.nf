# run: verify
func @f(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = div %0, %0 : int64
  return %1
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: int64 has no such operation, at `%1 = div %0, %0 : int64`
