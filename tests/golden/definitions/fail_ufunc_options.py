# run: definitions
import nearfield as nf

@nf.vectorize(['f8(f8[:])'])
def arrays(a):
    return a

@nf.vectorize(identity=2)
def start(a, b):
    return a + b

@nf.vectorize(parallel=True)
def threads(a):
    return a

@nf.vectorize('(n)->(n)')
def layout(a):
    return a
# ---- expect (./dev test --update)
# kernel arrays (line 5): vectorize error_model=numpy float64(float64[:])
# kernel start (line 9): vectorize error_model=numpy
# kernel threads (line 13): vectorize error_model=numpy
# kernel layout (line 17): vectorize error_model=numpy
# arrays = function arrays: vectorize error_model=numpy float64(float64[:])
# layout = function layout: vectorize error_model=numpy
# nf = nearfield
# start = function start: vectorize error_model=numpy
# threads = function threads: vectorize error_model=numpy
# fail_ufunc_options.py:4:2: error[E0308]: a signature of `@nf.vectorize` has an array type, and its function takes numbers
#   4 | @nf.vectorize(['f8(f8[:])'])
#     |  ^^^^^^^^^^^^
#     = hint: `nf.guvectorize` takes arrays
# fail_ufunc_options.py:8:15: error[E0308]: `identity` of `@nf.vectorize` must be None, 0, 1 or 'reorderable'
#   8 | @nf.vectorize(identity=2)
#     |               ^^^^^^^^^^
# fail_ufunc_options.py:12:15: error[E0308]: `@nf.vectorize` has no option `parallel`
#   12 | @nf.vectorize(parallel=True)
#      |               ^^^^^^^^^^^^^
# fail_ufunc_options.py:16:15: error[E0308]: `(n)->(n)` is not a signature of types: there is no type `n`
#   16 | @nf.vectorize('(n)->(n)')
#      |               ^^^^^^^^^^
#      = hint: write it like "void(float64[:], float64[:])"
