# run: definitions
import nearfield as nf
from nearfield import guvectorize, int8, void

LAYOUT = '(n, m) -> (n, m)'

@nf.stencil
def _smooth(x):
    return (x[-1, 0] + x[0, 0] + x[1, 0]) // 3

@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], LAYOUT)
def smooth(x, out):
    out[:] = _smooth(x)

@nf.guvectorize([(nf.int8[:, ::1], nf.int8[:, :])], signature='(n, m) -> (n, m)')
@nf.stencil(cval=1)
def typed(x):
    return x[-1, 0]

@nf.guvectorize('(n, m) -> (n, m)')
@nf.stencil
def untyped(x):
    return x[-1, 0]

@guvectorize(["void(f8[:], f8[:])", "f4[:], f4[:]", void(int8[:], int8[:])], "(n)->()", target='cuda')
def total(x, out):
    out[0] = x.sum()

@guvectorize("f8[:], f8, f8[:]", "(n),()->(n)", target="parallel")
def add(x, y, out):
    for i in range(len(x)):
        out[i] = x[i] + y
# ---- expect (./dev test --update)
# kernel _smooth (line 8): stencil
# kernel smooth (line 12): gufunc error_model=numpy void(int8[:, :], int8[:, :]) (n,m)->(n,m)
# kernel typed (line 17): gufunc over a stencil cval=int64 1 void(int8[:, ::1], int8[:, :]) (n,m)->(n,m)
# kernel untyped (line 22): gufunc over a stencil (n,m)->(n,m)
# kernel total (line 26): gufunc error_model=numpy void(float64[:], float64[:]) void(float32[:], float32[:]) void(int8[:], int8[:]) (n)->() target=gpu
# kernel add (line 30): gufunc error_model=numpy void(float64[:], float64, float64[:]) (n),()->(n) target=parallel
# LAYOUT = unusable: a text
# _smooth = function _smooth: stencil
# add = function add: gufunc error_model=numpy void(float64[:], float64, float64[:]) (n),()->(n) target=parallel
# guvectorize = nearfield.guvectorize
# int8 = type int8
# nf = nearfield
# smooth = function smooth: gufunc error_model=numpy void(int8[:, :], int8[:, :]) (n,m)->(n,m)
# total = function total: gufunc error_model=numpy void(float64[:], float64[:]) void(float32[:], float32[:]) void(int8[:], int8[:]) (n)->() target=gpu
# typed = function typed: gufunc over a stencil cval=int64 1 void(int8[:, ::1], int8[:, :]) (n,m)->(n,m)
# untyped = function untyped: gufunc over a stencil (n,m)->(n,m)
# void = nearfield.void
