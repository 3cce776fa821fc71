# run: ir
func @f() {
  %0 = frobnicate %1 : int64
}
# ---- expect (./dev test --update)
# IR text, line 3: `frobnicate` is no instruction
