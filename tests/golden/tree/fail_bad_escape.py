# run: tree
a = "\xg1"
b = "fine \q" + "\u00e" + "\U00110000"
c = b"é" + "\N"
d = "a" b"b"
# ---- expect (./dev test --update)
# fail_bad_escape.py:2:6: error[E0001]: `\x` needs 2 hexadecimal digits
#   2 | a = "\xg1"
#     |      ^^
#
# fail_bad_escape.py:3:18: error[E0001]: `\u` needs 4 hexadecimal digits
#   3 | b = "fine \q" + "\u00e" + "\U00110000"
#     |                  ^^^^^
#
# fail_bad_escape.py:3:28: error[E0001]: no character has this number
#   3 | b = "fine \q" + "\u00e" + "\U00110000"
#     |                            ^^^^^^^^^^
#
# fail_bad_escape.py:4:7: error[E0001]: bytes are written with ASCII characters only
#   4 | c = b"é" + "\N"
#     |       ^
#
# fail_bad_escape.py:4:13: error[E0001]: `\N` needs the name of a character in braces
#   4 | c = b"é" + "\N"
#     |             ^^
#
# fail_bad_escape.py:5:9: error[E0102]: a string and bytes cannot be joined
#   5 | d = "a" b"b"
#     |         ^^^^
