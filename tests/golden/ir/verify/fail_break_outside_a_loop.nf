# run: verify
func @f() {
  break
}
# ---- expect (./dev test --update)
# internal error: ill-formed IR in @f: it stands in no loop, at `break`
