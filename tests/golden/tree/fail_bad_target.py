# run: tree
f(x) = 1
a + b = c
(a, 1) = b
None = 0
a < b = c
for x() in y: pass
(a, b) += 1
(a, b): int
del f()
f(a.b=1)
[x for x in y] = z
# ---- expect (./dev test --update)
# fail_bad_target.py:2:1: error[E0105]: a call cannot be assigned to
#   2 | f(x) = 1
#     | ^^^^
#     = hint: compare with `==`
#
# fail_bad_target.py:3:1: error[E0105]: an operation cannot be assigned to
#   3 | a + b = c
#     | ^^^^^
#
# fail_bad_target.py:4:5: error[E0105]: a literal cannot be assigned to
#   4 | (a, 1) = b
#     |     ^
#
# fail_bad_target.py:5:1: error[E0105]: `None` cannot be assigned to
#   5 | None = 0
#     | ^^^^
#
# fail_bad_target.py:6:1: error[E0105]: a comparison cannot be assigned to
#   6 | a < b = c
#     | ^^^^^
#     = hint: compare with `==`
#
# fail_bad_target.py:7:5: error[E0105]: a call cannot be assigned to
#   7 | for x() in y: pass
#     |     ^^^
#     = hint: compare with `==`
#
# fail_bad_target.py:8:1: error[E0105]: a tuple cannot be assigned to
#   8 | (a, b) += 1
#     | ^^^^^^
#
# fail_bad_target.py:9:1: error[E0105]: a tuple cannot be annotated
#   9 | (a, b): int
#     | ^^^^^^
#
# fail_bad_target.py:10:5: error[E0105]: a call cannot be deleted
#   10 | del f()
#      |     ^^^
#
# fail_bad_target.py:11:3: error[E0105]: only a name can stand before `=` in a call
#   11 | f(a.b=1)
#      |   ^^^
#      = hint: compare with `==`
#
# fail_bad_target.py:12:1: error[E0105]: a list comprehension cannot be assigned to
#   12 | [x for x in y] = z
#      | ^^^^^^^^^^^^^^
