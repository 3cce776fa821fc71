# run: verify
func @f(a: int64) -> int64 {
  %0 = param 0 : int64
  return %0
  %1 = neg %0 : int64
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: more instructions behind it in its block, at `return %0`
