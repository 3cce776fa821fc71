# run: tree
def smooth(x)
    return x[-1] + x[1]
# ---- expect (./dev test --update)
# fail_missing_colon.py:2:14: error[E0101]: expected `:`, found the end of the line
#   2 | def smooth(x)
#     |              ^
