# run: definitions
import nearfield as nf

@nf.guvectorize('(n, m) -> (n, m')
@nf.stencil
def a(x): return x[-1, 0]

@nf.guvectorize(['void(f8[:], f8)'], '(n)->()')
def b(x, out): out[0] = 1

@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], '(n)->(n)')
def c(x, out): out[:] = x

@nf.guvectorize
def d(x, out): out[:] = x

@nf.guvectorize([(nf.int8[:, :], 3)], '(n)->(n)')
def e(x, out): out[:] = x

@nf.guvectorize(target='parallel')
def f(x, out): out[:] = x

@nf.guvectorize(["void(f9[:])"], '(n)->(n)', target='tpu')
def g(x, out): out[:] = x

@nf.guvectorize('(n?)->(n)')
def h(x, out): out[:] = x

@nf.guvectorize('(n),(n)', writable_args=(0, 'z', 7))
def i(x, y): x[:] = y

@nf.guvectorize('(n),(n)', writable_args=0)
def j(x, y): x[:] = y
# ---- expect (./dev test --update)
# kernel a (line 6): gufunc over a stencil
# kernel b (line 9): gufunc error_model=numpy void(float64[:], float64) (n)->()
# kernel c (line 12): gufunc error_model=numpy void(int8[:, :], int8[:, :]) (n)->(n)
# kernel d (line 15): gufunc error_model=numpy
# kernel e (line 18): gufunc error_model=numpy (n)->(n)
# kernel f (line 21): gufunc error_model=numpy target=parallel
# kernel g (line 24): gufunc error_model=numpy (n)->(n)
# kernel h (line 27): gufunc error_model=numpy
# kernel i (line 30): gufunc error_model=numpy writable_args=[0] (n),(n)->
# kernel j (line 33): gufunc error_model=numpy (n),(n)->
# a = function a: gufunc over a stencil
# b = function b: gufunc error_model=numpy void(float64[:], float64) (n)->()
# c = function c: gufunc error_model=numpy void(int8[:, :], int8[:, :]) (n)->(n)
# d = function d: gufunc error_model=numpy
# e = function e: gufunc error_model=numpy (n)->(n)
# f = function f: gufunc error_model=numpy target=parallel
# g = function g: gufunc error_model=numpy (n)->(n)
# h = function h: gufunc error_model=numpy
# i = function i: gufunc error_model=numpy writable_args=[0] (n),(n)->
# j = function j: gufunc error_model=numpy (n),(n)->
# nf = nearfield
# fail_gufunc_layouts.py:4:17: error[E0402]: `(n, m) -> (n, m` is not a gufunc layout: at column 16 it has the end where `)` should be
#   4 | @nf.guvectorize('(n, m) -> (n, m')
#     |                 ^^^^^^^^^^^^^^^^^
#     = hint: write it like "(n,m),(m)->(n)"
# fail_gufunc_layouts.py:8:2: error[E0402]: the types `void(float64[:], float64)` do not belong to the layout `(n)->()`: output `float64` is a scalar, which cannot be written to
#   8 | @nf.guvectorize(['void(f8[:], f8)'], '(n)->()')
#     |  ^^^^^^^^^^^^^^
#     = hint: write `float64[:]`, and assign to its element [0]
# fail_gufunc_layouts.py:11:2: error[E0402]: the types `void(int8[:, :], int8[:, :])` do not belong to the layout `(n)->(n)`: operand 1 has 1 core dimension, and `int8[:, :]` has 2
#   11 | @nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], '(n)->(n)')
#      |  ^^^^^^^^^^^^^^
#      = hint: give each type as many `:` as its operand has core dimensions
# fail_gufunc_layouts.py:14:2: error[E0402]: `@nf.guvectorize` has no layout
#   14 | @nf.guvectorize
#      |  ^^^^^^^^^^^^^^
#      = hint: name the core dimensions of inputs and outputs: @nf.guvectorize('(n,m)->(n,m)')
# fail_gufunc_layouts.py:17:17: error[E0308]: a signature of `@nf.guvectorize` must be a tuple of types, such as (nf.uint8[:, :], nf.uint8[:, :]), or a text, such as 'void(u1[:,:], u1[:,:])'
#   17 | @nf.guvectorize([(nf.int8[:, :], 3)], '(n)->(n)')
#      |                 ^^^^^^^^^^^^^^^^^^^^
# fail_gufunc_layouts.py:20:2: error[E0402]: `@nf.guvectorize` has no layout
#   20 | @nf.guvectorize(target='parallel')
#      |  ^^^^^^^^^^^^^^
#      = hint: name the core dimensions of inputs and outputs: '(n,m)->(n,m)'
# fail_gufunc_layouts.py:23:17: error[E0308]: `void(f9[:])` is not a signature of types: there is no type `f9`
#   23 | @nf.guvectorize(["void(f9[:])"], '(n)->(n)', target='tpu')
#      |                 ^^^^^^^^^^^^^^^
#      = hint: write it like "void(float64[:], float64[:])"
# fail_gufunc_layouts.py:23:46: error[E0308]: `target` of `@nf.guvectorize` must be 'cpu', 'parallel', 'gpu', 'cuda' or 'auto'
#   23 | @nf.guvectorize(["void(f9[:])"], '(n)->(n)', target='tpu')
#      |                                              ^^^^^^^^^^^^
# fail_gufunc_layouts.py:26:17: error[E0402]: `(n?)->(n)` is not a gufunc layout: `n` is optional at one place and not at another
#   26 | @nf.guvectorize('(n?)->(n)')
#      |                 ^^^^^^^^^^^
#      = hint: write it like "(n,m),(m)->(n)"
# fail_gufunc_layouts.py:29:2: error[E0308]: `writable_args` names `z`, which is no input of `i`
#   29 | @nf.guvectorize('(n),(n)', writable_args=(0, 'z', 7))
#      |  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
# fail_gufunc_layouts.py:32:28: error[E0308]: `writable_args` of `@nf.guvectorize` must be a tuple of numbers or names
#   32 | @nf.guvectorize('(n),(n)', writable_args=0)
#      |                            ^^^^^^^^^^^^^^^
