# run: types uint8[:, :]
import nearfield as nf


@nf.jit
def f(image):
    total = 0
    for i in range(image.shape[0]):
        total += image[i, 0, 0]
        image[i] = 0
    return total
# ---- expect (./dev test --update)
# fail_wrong_index_count.py:9:24: error[E0204]: `image` has 2 dimensions, indexed with 3
#   6 | def f(image):
#     |       ----- 2 dimensions
#   9 |         total += image[i, 0, 0]
#     |                        ^^^^^^^
#
# fail_wrong_index_count.py:10:15: error[E0204]: `image` has 2 dimensions, indexed with 1
#    6 | def f(image):
#      |       ----- 2 dimensions
#   10 |         image[i] = 0
#      |               ^
#      = hint: rows and planes as arrays are not supported yet: index every dimension
