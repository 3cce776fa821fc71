# run: types uint8 float32
import nearfield as nf


@nf.jit
def half(v, by=2):
    return v / by


@nf.jit
def f(a, b):
    return half(a) + half(b, by=4)
# ---- expect (./dev test --update)
# f(a: uint8, b: float32) -> float64
# half(v: uint8, by: int64 (default)) -> float64
# half(v: float32, by: int64) -> float64
