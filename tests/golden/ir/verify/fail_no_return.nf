# run: verify
func @f(a: bool) -> bool {
  %0 = param 0 : bool
  if %0 {
    return %0
  }
}
