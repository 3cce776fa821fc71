# run: ir
func @f() {
  %0 = const 256 : uint8
}
