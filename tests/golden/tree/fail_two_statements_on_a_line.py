# run: tree
def smooth(x):
    total = x[-1] x[1]
    return total
# ---- expect (./dev test --update)
# fail_two_statements_on_a_line.py:3:19: error[E0102]: expected the end of the line, found `x`
#   3 |     total = x[-1] x[1]
#     |                   ^
