# run: tokens
if a:
        b
	c
# ---- expect (./dev test --update)
# 2:1 Keyword if
# 2:4 Name a
# 2:5 Operator :
# 2:6 Newline
# 3:1 Indent
# 3:9 Name b
# 3:10 Newline
# 4:2 Name c
# 4:3 Newline
# 5:1 Dedent
# 5:1 End
# fail_mixed_tabs.py:4:1: error[E0004]: tabs and spaces are mixed so that the indentation can be read in two ways
#   4 |     c
#     | ^^^^
#     = hint: indent with spaces only
