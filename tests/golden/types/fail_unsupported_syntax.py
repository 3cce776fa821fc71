# run: types float64[::1]
import nearfield as nf


@nf.jit
def f(a):
    b = [1, 2]
    c = a[1:3]
    d = "text"
    e = lambda x: x
    with a:
        pass
    def inner(x):
        return x
    return [v for v in a]
# ---- expect (./dev test --update)
# fail_unsupported_syntax.py:7:9: error[E0104]: a list is not supported in kernels
#   7 |     b = [1, 2]
#     |         ^^^^^^
#     = hint: write a tuple, or make an array with `np.zeros`
#
# fail_unsupported_syntax.py:8:11: error[E0104]: a slice of an array as a value is not supported in kernels
#   8 |     c = a[1:3]
#     |           ^^^
#     = hint: loop over the elements
#
# fail_unsupported_syntax.py:9:9: error[E0104]: a text as a value is not supported in kernels
#   9 |     d = "text"
#     |         ^^^^^^
#
# fail_unsupported_syntax.py:10:9: error[E0104]: a `lambda` here is not supported in kernels
#   10 |     e = lambda x: x
#      |         ^^^^^^^^^^^
#
# fail_unsupported_syntax.py:11:5: error[E0104]: `with` is not supported in kernels
#   11 |     with a:
#      |     ^^^^^^^
#
# fail_unsupported_syntax.py:13:9: error[E0104]: the nested function `inner` is not supported in kernels
#   13 |     def inner(x):
#      |         ^^^^^
#      = hint: move it out, decorate it with `@nf.jit`, and call it
#
# fail_unsupported_syntax.py:15:12: error[E0104]: list comprehension is not supported in kernels
#   15 |     return [v for v in a]
#      |            ^^^^^^^^^^^^^^
