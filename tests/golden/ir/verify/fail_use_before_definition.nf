# run: verify
func @f() -> int64 {
  %1 = add %0, %0 : int64
  %0 = const 1 : int64
  return %1
}
