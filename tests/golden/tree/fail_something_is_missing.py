# run: tree
a =
def f(x)
    return x
if a
    b
for i in range(3): 
c = a if b
from numpy import
x[] = 1
# ---- expect (./dev test --update)
# fail_something_is_missing.py:2:4: error[E0101]: expected an expression, found the end of the line
#   2 | a =
#     |    ^
#
# fail_something_is_missing.py:3:9: error[E0101]: expected `:`, found the end of the line
#   3 | def f(x)
#     |         ^
#
# fail_something_is_missing.py:5:5: error[E0101]: expected `:`, found the end of the line
#   5 | if a
#     |     ^
#
# fail_something_is_missing.py:8:1: error[E0004]: expected an indented block after `for`
#   8 | c = a if b
#     | ^
#     = hint: write `pass` if nothing is to be done
#
# fail_something_is_missing.py:8:11: error[E0101]: expected `else`, found the end of the line
#   8 | c = a if b
#     |           ^
#     = hint: `a if test` needs an `else b`
#
# fail_something_is_missing.py:9:18: error[E0101]: expected a name, found the end of the line
#   9 | from numpy import
#     |                  ^
#
# fail_something_is_missing.py:10:3: error[E0102]: expected an index, found `]`
#   10 | x[] = 1
#      |   ^
