# run: types uint8[:, :] float64
import nearfield as nf


@nf.jit
def f(image, x):
    height, width = image.shape
    a = image[x, 0] + image[height / 2, 0]
    return a + image.shape[2]
# ---- expect (./dev test --update)
# fail_bad_index.py:8:15: error[E0205]: an index must be an integer, this is `float64`
#   8 |     a = image[x, 0] + image[height / 2, 0]
#     |               ^
#     = hint: `int(...)` or `//` give an integer
#
# fail_bad_index.py:8:29: error[E0205]: an index must be an integer, this is `float64`
#   8 |     a = image[x, 0] + image[height / 2, 0]
#     |                             ^^^^^^^^^^
#     = hint: `int(...)` or `//` give an integer
#
# fail_bad_index.py:9:28: error[E0205]: index 2 is out of range for a tuple of 2
#   9 |     return a + image.shape[2]
#     |                            ^
