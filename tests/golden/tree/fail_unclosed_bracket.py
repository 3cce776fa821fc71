# run: tree
def f(a):
    total = (a[0 + 1
    return total

def g(a:
    b = [1, 2)
    return b
# ---- expect (./dev test --update)
# fail_unclosed_bracket.py:3:15: error[E0101]: `[` is never closed
#   3 |     total = (a[0 + 1
#     |               ^
#     = hint: add `]`
#
# fail_unclosed_bracket.py:7:14: error[E0101]: expected `]`, found `)`
#   7 |     b = [1, 2)
#     |              ^
#     |         - opened here
