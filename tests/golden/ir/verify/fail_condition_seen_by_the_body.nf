# run: verify
func @f() {
  while %0 {
    %0 = const true : bool
  } do {
    %1 = not %0 : bool
  }
}
