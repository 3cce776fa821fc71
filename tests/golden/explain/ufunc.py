# run: explain x86-64-v3 uint8[:] float32 uint8[:]
import nearfield as nf


@nf.jit
def clipped(a):
    if a < 0:
        return 0
    return a


@nf.vectorize
def blend(a, weight, b):
    return clipped(a - b) + a * weight
