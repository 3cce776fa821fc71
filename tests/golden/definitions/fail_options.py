# run: definitions
import nearfield as nf

@nf.stencil(mode="mirorr")
def a(x): return x[-1]

@nf.stencil(cvall=0)
def b(x): return x[-1]

@nf.stencil(neighborhood=((1, -1),), standard_indexing=3)
def c(x): return x[-1]

@nf.jit(parallel="yes", error_model="c", forceobj=True)
def d(x): return x

@nf.jit(fastmath=fast())
def e(x): return x

@nf.stencil(dtype="uint9", cval="0")
def f(x): return x[-1]

@nf.jit(**options)
def g(x): return x
# ---- expect (./dev test --update)
# kernel a (line 5): stencil
# kernel b (line 8): stencil
# kernel c (line 11): stencil
# kernel d (line 14): jit
# kernel e (line 17): jit
# kernel f (line 20): stencil
# kernel g (line 23): jit
# a = function a: stencil
# b = function b: stencil
# c = function c: stencil
# d = function d: jit
# e = function e: jit
# f = function f: stencil
# g = function g: jit
# nf = nearfield
# fail_options.py:4:13: error[E0308]: `mode` of `@nf.stencil` must be 'constant', 'reflect', 'nearest', 'mirror', 'wrap' or 'valid'
#   4 | @nf.stencil(mode="mirorr")
#     |             ^^^^^^^^^^^^^
# fail_options.py:7:13: error[E0308]: `@nf.stencil` has no option `cvall`
#   7 | @nf.stencil(cvall=0)
#     |             ^^^^^^^
#     = hint: did you mean `cval`?
# fail_options.py:10:13: error[E0308]: `neighborhood` of `@nf.stencil` must be a pair of whole numbers for each dimension, such as ((-1, 1), (-1, 1))
#   10 | @nf.stencil(neighborhood=((1, -1),), standard_indexing=3)
#      |             ^^^^^^^^^^^^^^^^^^^^^^^
# fail_options.py:10:38: error[E0308]: `standard_indexing` of `@nf.stencil` must be the name of a parameter, or a tuple of names
#   10 | @nf.stencil(neighborhood=((1, -1),), standard_indexing=3)
#      |                                      ^^^^^^^^^^^^^^^^^^^
# fail_options.py:13:9: error[E0308]: `parallel` of `@nf.jit` must be True or False
#   13 | @nf.jit(parallel="yes", error_model="c", forceobj=True)
#      |         ^^^^^^^^^^^^^^
# fail_options.py:13:25: error[E0308]: `error_model` of `@nf.jit` must be 'python' or 'numpy'
#   13 | @nf.jit(parallel="yes", error_model="c", forceobj=True)
#      |                         ^^^^^^^^^^^^^^^
# fail_options.py:13:42: error[E0308]: `forceobj` of `@nf.jit` must be False: there is no object mode
#   13 | @nf.jit(parallel="yes", error_model="c", forceobj=True)
#      |                                          ^^^^^^^^^^^^^
# fail_options.py:16:9: error[E0308]: an option of `@nf.jit` is not a constant
#   16 | @nf.jit(fastmath=fast())
#      |         ^^^^^^^^^^^^^^^
# fail_options.py:19:13: error[E0308]: `dtype` of `@nf.stencil` must be a dtype, such as nf.uint8, or "fit"
#   19 | @nf.stencil(dtype="uint9", cval="0")
#      |             ^^^^^^^^^^^^^
# fail_options.py:19:28: error[E0308]: `cval` of `@nf.stencil` must be a number
#   19 | @nf.stencil(dtype="uint9", cval="0")
#      |                            ^^^^^^^^
# fail_options.py:22:9: error[E0308]: an option of `@nf.jit` cannot be read: the file is not executed
#   22 | @nf.jit(**options)
#      |         ^^^^^^^^^
