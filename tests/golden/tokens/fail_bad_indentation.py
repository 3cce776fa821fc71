# run: tokens
if a:
        b
    c
if d:
	e
        f
    g
# ---- expect (./dev test --update)
# 2:1 Keyword if
# 2:4 Name a
# 2:5 Operator :
# 2:6 Newline
# 3:1 Indent
# 3:9 Name b
# 3:10 Newline
# 4:5 Dedent
# 4:5 Name c
# 4:6 Newline
# 5:1 Keyword if
# 5:4 Name d
# 5:5 Operator :
# 5:6 Newline
# 6:1 Indent
# 6:2 Name e
# 6:3 Newline
# 7:9 Name f
# 7:10 Newline
# 8:5 Dedent
# 8:5 Name g
# 8:6 Newline
# 9:1 End
# fail_bad_indentation.py:4:1: error[E0004]: this indentation matches no enclosing block
#   4 |     c
#     | ^^^^
#
# fail_bad_indentation.py:7:1: error[E0004]: tabs and spaces are mixed so that the indentation can be read in two ways
#   7 |         f
#     | ^^^^^^^^
#     = hint: indent with spaces only
#
# fail_bad_indentation.py:8:1: error[E0004]: this indentation matches no enclosing block
#   8 |     g
#     | ^^^^
