# run: tokens
if a:  # a comment ends nothing
    b = (1,

  2)  # lines in brackets go on
	# a comment has no indentation

    c = 3 + \
        4
else: d
# ---- expect (./dev test --update)
# 2:1 Keyword if
# 2:4 Name a
# 2:5 Operator :
# 2:6 Newline
# 3:1 Indent
# 3:5 Name b
# 3:7 Operator =
# 3:9 Operator (
# 3:10 Number 1
# 3:11 Operator ,
# 5:3 Number 2
# 5:4 Operator )
# 5:5 Newline
# 8:5 Name c
# 8:7 Operator =
# 8:9 Number 3
# 8:11 Operator +
# 9:9 Number 4
# 9:10 Newline
# 10:1 Dedent
# 10:1 Keyword else
# 10:5 Operator :
# 10:7 Name d
# 10:8 Newline
# 11:1 End
