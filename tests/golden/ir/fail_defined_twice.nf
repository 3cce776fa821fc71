# run: ir
func @f() {
  %0 = const 1 : int64
  %0 = const 2 : int64
}
# ---- expect (./dev test --update)
# IR text, line 5: %0 is defined twice
