# run: verify
func @f() {
  while %0 {
    %0 = const true : bool
  } do {
    %1 = not %0 : bool
  }
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: %0 is not defined before its use, at `%1 = not %0 : bool`
