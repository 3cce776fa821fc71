# run: types int64[:, :]
import nearfield as nf


@nf.jit
def f(a):
    x, y, z = a.shape
    u, v = x
    return u
# ---- expect (./dev test --update)
# fail_bad_unpack.py:7:5: error[E0212]: 2 values cannot be unpacked into 3 names
#   7 |     x, y, z = a.shape
#     |     ^^^^^^^
