# run: ir
func @f() {
  %0 = const 256 : uint8
}
# ---- expect (./dev test --update)
# IR text, line 3: 256 does not fit uint8
