# run: tree
a = 1 +* 2
print a
b = c d
)
else: a
if x = 3: y
f(a=1, b)
f(**a, b)
def g(a=1, b): pass
def h(*): pass
class = 1
return for
# ---- expect (./dev test --update)
# fail_something_is_too_much.py:2:8: error[E0102]: expected an expression, found `*`
#   2 | a = 1 +* 2
#     |        ^
#
# fail_something_is_too_much.py:3:7: error[E0102]: expected the end of the line, found `a`
#   3 | print a
#     |       ^
#     = hint: write `print(...)`
#
# fail_something_is_too_much.py:4:7: error[E0102]: expected the end of the line, found `d`
#   4 | b = c d
#     |       ^
#
# fail_something_is_too_much.py:5:1: error[E0102]: expected an expression, found `)`
#   5 | )
#     | ^
#
# fail_something_is_too_much.py:6:1: error[E0102]: `else` without its `if`, `for`, `while` or `try`
#   6 | else: a
#     | ^^^^
#     = hint: it stands right behind the block it belongs to, as deep as the `if`, `for`, `while` or `try`
#
# fail_something_is_too_much.py:7:6: error[E0102]: expected `:`, found `=`
#   7 | if x = 3: y
#     |      ^
#     = hint: compare with `==`
#
# fail_something_is_too_much.py:8:8: error[E0102]: a positional argument cannot follow a keyword argument
#   8 | f(a=1, b)
#     |        ^
#
# fail_something_is_too_much.py:9:8: error[E0102]: a positional argument cannot follow a `**` argument
#   9 | f(**a, b)
#     |        ^
#
# fail_something_is_too_much.py:10:12: error[E0102]: a parameter without a default follows one with a default
#   10 | def g(a=1, b): pass
#      |            ^
#
# fail_something_is_too_much.py:11:8: error[E0102]: expected a name, found `)`
#   11 | def h(*): pass
#      |        ^
#      = hint: named parameters follow a bare `*`
#
# fail_something_is_too_much.py:12:7: error[E0102]: expected a name, found `=`
#   12 | class = 1
#      |       ^
#
# fail_something_is_too_much.py:13:8: error[E0102]: expected an expression, found `for`
#   13 | return for
#      |        ^^^
