# run: types int64 float64
import nearfield as nf


@nf.jit
def f(n, x):
    if n > 0:
        return 1, n
    elif n < 0:
        return x, -1
    else:
        return True, 0.5
# ---- expect (./dev test --update)
# f(n: int64, x: float64) -> (float64, float64)
