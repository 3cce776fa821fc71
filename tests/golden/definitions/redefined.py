# run: definitions
import nearfield as nf

N = 1

@nf.jit
def f(x):
    return g(x) + N

@nf.jit
def g(x):
    return x

@nf.jit
def g(x):
    return x + later

later = 5
N = 2
# ---- expect (./dev test --update)
# kernel f (line 7): jit
# kernel g (line 15): jit
# N = int64 2
# f = function f: jit
# g = function g: jit
# later = int64 5
# nf = nearfield
