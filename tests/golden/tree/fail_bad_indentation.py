# run: tree
def f(a):
return a

def g(a):
    b = 1
      c = 2
    return c
# ---- expect (./dev test --update)
# fail_bad_indentation.py:3:1: error[E0004]: expected an indented block after `def`
#   3 | return a
#     | ^^^^^^
#     = hint: write `pass` if nothing is to be done
#
# fail_bad_indentation.py:7:7: error[E0004]: this line is indented more deeply than its block
#   7 |       c = 2
#     |       ^
