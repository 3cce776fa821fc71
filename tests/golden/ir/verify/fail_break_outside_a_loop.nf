# run: verify
func @f() {
  break
}
