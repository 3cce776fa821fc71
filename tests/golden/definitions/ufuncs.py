# run: definitions
import nearfield as nf
import numba
from nearfield import vectorize, float64, int32

@vectorize
def dynamic(a, b):
    return a + b

@numba.vectorize(target='parallel', identity='reorderable', nopython=True, cache=True)
def numbas(a):
    return -a

@nf.vectorize(["f8(f8, i4)", float64(float64, int32), (nf.uint8, nf.uint8)], identity=0, fastmath=True)
def declared(a, b):
    return a * b

@nf.vectorize('int8(int8)', target='cuda', dtype='uint8')
def cast(a):
    return a

def _plain(a):
    return a + 1

made = nf.vectorize(_plain)
# ---- expect (./dev test --update)
# kernel dynamic (line 7): vectorize error_model=numpy
# kernel numbas (line 11): vectorize error_model=numpy target=parallel
# kernel declared (line 15): vectorize fastmath error_model=numpy float64(float64, int32) float64(float64, int32) void(uint8, uint8)
# kernel cast (line 19): vectorize dtype=uint8 error_model=numpy int8(int8) target=gpu
# kernel made (line 22): vectorize error_model=numpy
# _plain = function _plain: jit
# cast = function cast: vectorize dtype=uint8 error_model=numpy int8(int8) target=gpu
# declared = function declared: vectorize fastmath error_model=numpy float64(float64, int32) float64(float64, int32) void(uint8, uint8)
# dynamic = function dynamic: vectorize error_model=numpy
# float64 = type float64
# int32 = type int32
# made = function made: vectorize error_model=numpy
# nf = nearfield
# numba = nearfield
# numbas = function numbas: vectorize error_model=numpy target=parallel
# vectorize = nearfield.vectorize
