# run: tokens
a = b $ c
d = x ? y
e = 1 ! 2
f = “quoted”
g = 1 \ 2
h = "\xg1"
# ---- expect (./dev test --update)
# 2:1 Name a
# 2:3 Operator =
# 2:5 Name b
# 2:7 Bad $
# 2:9 Name c
# 2:10 Newline
# 3:1 Name d
# 3:3 Operator =
# 3:5 Name x
# 3:7 Bad ?
# 3:9 Name y
# 3:10 Newline
# 4:1 Name e
# 4:3 Operator =
# 4:5 Number 1
# 4:7 Bad !
# 4:9 Number 2
# 4:10 Newline
# 5:1 Name f
# 5:3 Operator =
# 5:5 Bad “
# 5:6 Name quoted
# 5:12 Bad ”
# 5:13 Newline
# 6:1 Name g
# 6:3 Operator =
# 6:5 Number 1
# 6:7 Bad \
# 6:9 Number 2
# 6:10 Newline
# 7:1 Name h
# 7:3 Operator =
# 7:5 String "\xg1"
# 7:11 Newline
# 8:1 End
# fail_bad_character.py:2:7: error[E0001]: the character `$` has no meaning here
#   2 | a = b $ c
#     |       ^
#
# fail_bad_character.py:3:7: error[E0001]: the character `?` has no meaning here
#   3 | d = x ? y
#     |       ^
#
# fail_bad_character.py:4:7: error[E0001]: the character `!` has no meaning here
#   4 | e = 1 ! 2
#     |       ^
#     = hint: write `not x`, or `!=` to compare
#
# fail_bad_character.py:5:5: error[E0001]: the character `“` has no meaning here
#   5 | f = “quoted”
#     |     ^
#     = hint: strings stand in straight quotes, `"` or `'`
#
# fail_bad_character.py:5:12: error[E0001]: the character `”` has no meaning here
#   5 | f = “quoted”
#     |            ^
#     = hint: strings stand in straight quotes, `"` or `'`
#
# fail_bad_character.py:6:7: error[E0001]: `\` joins two lines only where it is the last character of the first
#   6 | g = 1 \ 2
#     |       ^
