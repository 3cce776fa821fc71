# run: types uint8[:, :]
import nearfield as nf


@nf.stencil
def f(x):
    a = x[0, 0, 0]
    b = y + 1
    c = b * 2
    return a + c + x[0.5, 0] + undefined(c)
# ---- expect (./dev test --update)
# fail_several_at_once.py:7:11: error[E0204]: `x` has 2 dimensions, indexed with 3
#   6 | def f(x):
#     |       - 2 dimensions
#   7 |     a = x[0, 0, 0]
#     |           ^^^^^^^
#
# fail_several_at_once.py:8:9: error[E0201]: `y` is not defined
#   8 |     b = y + 1
#     |         ^
#
# fail_several_at_once.py:10:22: error[E0205]: an offset must be an integer, this is `float64`
#   10 |     return a + c + x[0.5, 0] + undefined(c)
#      |                      ^^^
#
# fail_several_at_once.py:10:32: error[E0201]: `undefined` is not defined
#   10 |     return a + c + x[0.5, 0] + undefined(c)
#      |                                ^^^^^^^^^
