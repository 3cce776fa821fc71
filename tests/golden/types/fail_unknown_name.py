# run: types float64[::1]
import nearfield as nf

threshold = 0.5


@nf.jit
def f(values):
    total = 0.0
    for v in valeus:
        if v > treshold:
            total += v
    return totl
# ---- expect (./dev test --update)
# fail_unknown_name.py:10:14: error[E0201]: `valeus` is not defined
#   10 |     for v in valeus:
#      |              ^^^^^^
#      = hint: did you mean `values`?
#
# fail_unknown_name.py:11:16: error[E0201]: `treshold` is not defined
#   11 |         if v > treshold:
#      |                ^^^^^^^^
#      = hint: did you mean `threshold`?
#
# fail_unknown_name.py:13:12: error[E0201]: `totl` is not defined
#   13 |     return totl
#      |            ^^^^
#      = hint: did you mean `total`?
