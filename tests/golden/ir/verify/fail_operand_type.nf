# run: verify
func @f(a: int32, b: int64) -> int64 {
  %0 = param 0 : int32
  %1 = param 1 : int64
  %2 = add %0, %1 : int64
  return %2
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: %0 is int32, wanted int64, at `%2 = add %0, %1 : int64`
