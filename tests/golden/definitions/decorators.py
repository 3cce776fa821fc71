# run: definitions
import nearfield as nf
from numba import njit
import numpy as np

MODE = "reflect"
ngjit = nf.jit(nopython=True, nogil=True)

@nf.jit
def a(x): return x

@njit(parallel=True, fastmath=True, error_model="numpy", boundscheck=False, cache=True)
def b(x): return x

@ngjit
def c(x): return x

@nf.stencil
def d(x): return x[0]

@nf.stencil(MODE, cval=1.5, neighborhood=((-1, 1), (-2, 2)), standard_indexing="w")
def e(x, w): return x[0, 0] * w[0]

@nf.stencil(mode="wrap", dtype=np.uint8, boundscheck=None)
def f(x): return x[-1]

@nf.stencil(dtype="fit")
def g(x): return x[-1] + x[1]

def plain(x):
    return x

h = nf.jit(plain)
i = nf.jit(cache=True)(plain)
j = nf.stencil(lambda x: x[-1] + x[1], cval=0)
k = nf.jit(d)

@nf.jit("f8(f8, i4[:])")
def l(x, y): return x

@nf.jit([nf.float64(nf.float64), "i8(i8)"])
def m(x): return x
# ---- expect (./dev test --update)
# kernel a (line 10): jit
# kernel b (line 13): jit fastmath parallel boundscheck=False error_model=numpy
# kernel c (line 16): jit
# kernel d (line 19): stencil
# kernel e (line 22): stencil mode=reflect cval=float64 1.5 neighborhood=[(-1, 1), (-2, 2)] standard_indexing=["w"]
# kernel f (line 25): stencil mode=wrap dtype=uint8
# kernel g (line 28): stencil dtype=fit
# kernel h (line 30): jit
# kernel i (line 30): jit
# kernel j (line 35): stencil cval=int64 0
# kernel k (line 19): stencil
# kernel l (line 39): jit float64(float64, int32[:])
# kernel m (line 42): jit float64(float64) int64(int64)
# MODE = unusable: a text
# a = function a: jit
# b = function b: jit fastmath parallel boundscheck=False error_model=numpy
# c = function c: jit
# d = function d: stencil
# e = function e: stencil mode=reflect cval=float64 1.5 neighborhood=[(-1, 1), (-2, 2)] standard_indexing=["w"]
# f = function f: stencil mode=wrap dtype=uint8
# g = function g: stencil dtype=fit
# h = function h: jit
# i = function i: jit
# j = function j: stencil cval=int64 0
# k = function k: stencil
# l = function l: jit float64(float64, int32[:])
# m = function m: jit float64(float64) int64(int64)
# nf = nearfield
# ngjit = unusable: a decorator
# njit = nearfield.njit
# np = numpy
# plain = function plain: jit
