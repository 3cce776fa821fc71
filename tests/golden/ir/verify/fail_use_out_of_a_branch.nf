# run: verify
func @f(c: bool) -> int64 {
  %0 = param 0 : bool
  if %0 {
    %1 = const 1 : int64
  }
  return %1
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: %1 is not defined before its use, at `return %1`
