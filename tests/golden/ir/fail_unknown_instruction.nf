# run: ir
func @f() {
  %0 = frobnicate %1 : int64
}
