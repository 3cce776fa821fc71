# run: types int64
import nearfield as nf


@nf.jit
def f(n):
    if n > 3:
        break
    for i in range(n):
        n += i
    else:
        continue
    return n
# ---- expect (./dev test --update)
# fail_break_outside_loop.py:8:9: error[E0102]: `break` stands in no loop
#   8 |         break
#     |         ^^^^^
#
# fail_break_outside_loop.py:12:9: error[E0102]: `continue` stands in no loop
#   12 |         continue
#      |         ^^^^^^^^
