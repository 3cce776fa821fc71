# run: tokens
a = 'one line
b = "fine"
c = f"{a" + "b
d = f"{}" + f"a}" + f"{a!q}"
e = """to the end
f = 1
# ---- expect (./dev test --update)
# 2:1 Name a
# 2:3 Operator =
# 2:5 Bad 'one line
# 2:14 Newline
# 3:1 Name b
# 3:3 Operator =
# 3:5 String "fine"
# 3:11 Newline
# 4:1 Name c
# 4:3 Operator =
# 4:5 Bad f"{a"
# 4:11 Operator +
# 4:13 Bad "b
# 4:15 Newline
# 5:1 Name d
# 5:3 Operator =
# 5:5 Bad f"{}"
# 5:11 Operator +
# 5:13 Bad f"a}"
# 5:19 Operator +
# 5:21 Bad f"{a!q}"
# 5:29 Newline
# 6:1 Name e
# 6:3 Operator =
# 6:5 Bad """to the end\nf = 1\n
# 8:1 Newline
# 8:1 End
# fail_unterminated_string.py:2:5: error[E0003]: this string has no closing quote
#   2 | a = 'one line
#     |     ^^^^^^^^^
#
# fail_unterminated_string.py:4:5: error[E0003]: a field of this f-string is not closed by `}`
#   4 | c = f"{a" + "b
#     |     ^^^^^
#
# fail_unterminated_string.py:4:13: error[E0003]: this string has no closing quote
#   4 | c = f"{a" + "b
#     |             ^^
#
# fail_unterminated_string.py:5:5: error[E0003]: a field of this f-string is empty
#   5 | d = f"{}" + f"a}" + f"{a!q}"
#     |     ^^^^^
#
# fail_unterminated_string.py:5:13: error[E0003]: a single `}` in an f-string; write `}}`
#   5 | d = f"{}" + f"a}" + f"{a!q}"
#     |             ^^^^^
#
# fail_unterminated_string.py:5:21: error[E0003]: a conversion in an f-string is `!r`, `!s` or `!a`
#   5 | d = f"{}" + f"a}" + f"{a!q}"
#     |                     ^^^^^^^^
#
# fail_unterminated_string.py:6:5: error[E0003]: this string has no closing quote
#   6 | e = """to the end
#     |     ^^^^^^^^^^^^^
