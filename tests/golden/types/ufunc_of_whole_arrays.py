# run: types uint8[:] float32[:]
import nearfield as nf


@nf.vectorize
def weighted(a, b):
    return a * b + 1


@nf.jit
def f(x, y):
    return weighted(x, y) + weighted(x, 2)
# ---- expect (./dev test --update)
# f(x: uint8[:], y: float32[:]) -> float64[::1]
# weighted(a: uint8, b: float32) -> float64
# weighted(a: uint8, b: int64) -> int64
