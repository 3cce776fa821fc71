# run: verify
func @f() -> int64 {
  %1 = add %0, %0 : int64
  %0 = const 1 : int64
  return %1
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: %0 is not defined before its use, at `%1 = add %0, %0 : int64`
