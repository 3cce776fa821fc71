# run: types float64[:, :] int64
import nearfield as nf


@nf.jit
def f(a, n):
    return a.shap[0] + a.summ() + n.real
# ---- expect (./dev test --update)
# fail_unknown_attribute.py:7:14: error[E0210]: `float64[:, :]` has no attribute `shap` in kernels
#   7 |     return a.shap[0] + a.summ() + n.real
#     |              ^^^^
#     = hint: did you mean `shape`?
#
# fail_unknown_attribute.py:7:26: error[E0210]: `float64[:, :]` has no method `summ` in kernels
#   7 |     return a.shap[0] + a.summ() + n.real
#     |                          ^^^^
#     = hint: did you mean `sum`?
#
# fail_unknown_attribute.py:7:37: error[E0210]: `int64` has no attribute `real` in kernels
#   7 |     return a.shap[0] + a.summ() + n.real
#     |                                     ^^^^
