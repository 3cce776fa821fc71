# run: verify
func @f() -> int64 {
  while %0 {
    %0 = const true : bool
  } do {
    %1 = const 5 : int64
    return %1
  }
}
# ---- expect (./dev test --update)
# well-formed
