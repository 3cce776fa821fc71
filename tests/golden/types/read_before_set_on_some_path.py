# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    for i in range(n):
        last = i
    return last
# ---- expect (./dev test --update)
# f(n: int64) -> int64
#   last.1  int64  merged at 7:5 from unset, last.2; checked when read
#   i       int64  set at 7:9
#   last.2  int64  set at 8:9
