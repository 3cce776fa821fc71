# run: tree
a = f"{1 +}"
b = f"{x y!r:>{width(}}"
c = f"{x = }, {lambda: 1}"
# ---- expect (./dev test --update)
# fail_f_string_field.py:2:11: error[E0101]: expected an expression, found the end of the field
#   2 | a = f"{1 +}"
#     |           ^
#
# fail_f_string_field.py:3:5: error[E0003]: a field of this f-string is not closed by `}`
#   3 | b = f"{x y!r:>{width(}}"
#     |     ^^^^^^^^^^^^^^^^^^^^
#
# fail_f_string_field.py:4:22: error[E0101]: expected a name, found the end of the field
#   4 | c = f"{x = }, {lambda: 1}"
#     |                      ^
