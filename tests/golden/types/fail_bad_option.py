# run: types float64[:, :]
import nearfield as nf


@nf.stencil(neighborhood=((-1, 1),), standard_indexing=("weight",))
def f(x):
    return x[-1, 0]
# ---- expect (./dev test --update)
# fail_bad_option.py:5:26: error[E0308]: the neighborhood has 1 dimension and the array 2
#   5 | @nf.stencil(neighborhood=((-1, 1),), standard_indexing=("weight",))
#     |                          ^^^^^^^^^^
#
# fail_bad_option.py:5:56: error[E0308]: `standard_indexing` names `weight`, which is no parameter
#   5 | @nf.stencil(neighborhood=((-1, 1),), standard_indexing=("weight",))
#     |                                                        ^^^^^^^^^^^
