# run: tokens
a = 1__0 + 1_
b = 0x + 0b12 + 0o8
c = 0777
d = 1abc + 2.5px
e = 1e5_
# ---- expect (./dev test --update)
# 2:1 Name a
# 2:3 Operator =
# 2:5 Bad 1__0
# 2:10 Operator +
# 2:12 Bad 1_
# 2:14 Newline
# 3:1 Name b
# 3:3 Operator =
# 3:5 Bad 0x
# 3:8 Operator +
# 3:10 Bad 0b12
# 3:15 Operator +
# 3:17 Bad 0o8
# 3:20 Newline
# 4:1 Name c
# 4:3 Operator =
# 4:5 Bad 0777
# 4:9 Newline
# 5:1 Name d
# 5:3 Operator =
# 5:5 Bad 1abc
# 5:10 Operator +
# 5:12 Bad 2.5px
# 5:17 Newline
# 6:1 Name e
# 6:3 Operator =
# 6:5 Bad 1e5_
# 6:9 Newline
# 7:1 End
# fail_bad_number.py:2:5: error[E0002]: an underscore in a number stands between two digits
#   2 | a = 1__0 + 1_
#     |     ^^^^
#
# fail_bad_number.py:2:12: error[E0002]: an underscore in a number stands between two digits
#   2 | a = 1__0 + 1_
#     |            ^^
#
# fail_bad_number.py:3:5: error[E0002]: expected digits of a hexadecimal number
#   3 | b = 0x + 0b12 + 0o8
#     |     ^^
#
# fail_bad_number.py:3:10: error[E0002]: a number cannot go on with `2`
#   3 | b = 0x + 0b12 + 0o8
#     |          ^^^^
#
# fail_bad_number.py:3:17: error[E0002]: expected digits of an octal number
#   3 | b = 0x + 0b12 + 0o8
#     |                 ^^^
#
# fail_bad_number.py:4:5: error[E0002]: a decimal integer has no leading zeros; octal numbers begin with `0o`
#   4 | c = 0777
#     |     ^^^^
#
# fail_bad_number.py:5:5: error[E0002]: a number cannot go on with `abc`
#   5 | d = 1abc + 2.5px
#     |     ^^^^
#
# fail_bad_number.py:5:12: error[E0002]: a number cannot go on with `px`
#   5 | d = 1abc + 2.5px
#     |            ^^^^^
#
# fail_bad_number.py:6:5: error[E0002]: an underscore in a number stands between two digits
#   6 | e = 1e5_
#     |     ^^^^
