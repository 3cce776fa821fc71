# run: types float32[::1]
import nearfield as nf


@nf.jit
def f(a):
    s = 0
    for i in range(len(a)):
        s += a[i]
    return s
# ---- expect (./dev test --update)
# f(a: float32[::1]) -> float64
#   s.1  int64    set at 7:5
#   s.2  float64  merged at 8:5 from s.1, s.3
#   i    int64    set at 8:9
#   s.3  float64  set at 9:9
