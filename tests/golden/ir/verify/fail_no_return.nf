# run: verify
func @f(a: bool) -> bool {
  %0 = param 0 : bool
  if %0 {
    return %0
  }
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: the body may end without a return
