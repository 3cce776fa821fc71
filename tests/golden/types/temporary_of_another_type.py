# run: types float64[::1]
import nearfield as nf


@nf.jit
def f(x):
    t = x
    for i in range(3):
        t = i
        u = t * 0.5
    return x
# ---- expect (./dev test --update)
# f(x: float64[::1]) -> float64[::1]
#   t.1  float64[::1]  set at 7:5
#   i    int64         set at 8:9
#   t.2  int64         set at 9:9
#   u    float64       set at 10:9
