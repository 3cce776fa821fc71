# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    def twice(m):
        return 2 * m

    return twice(n) + twice(1)
# ---- expect (./dev test --update)
# fail_nested_function.py:7:9: error[E0104]: the nested function `twice` is not supported in kernels
#   7 |     def twice(m):
#     |         ^^^^^
#     = hint: move it out, decorate it with `@nf.jit`, and call it
