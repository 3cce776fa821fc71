# run: tokens
0 0x_Ff 0o17 0b1_0 1_000 .5 5. 1e-3 1E+5 2j 0.5J 00 1if x else 2
'a' "b" r'\' ' Rb"" u'é' f'{a!r:>{width}} {{}} {b["c"]}' """two
lines"""
a.b ... -> := **= //= != <= >>=
名前 = naïve
# ---- expect (./dev test --update)
# 2:1 Number 0
# 2:3 Number 0x_Ff
# 2:9 Number 0o17
# 2:14 Number 0b1_0
# 2:20 Number 1_000
# 2:26 Number .5
# 2:29 Number 5.
# 2:32 Number 1e-3
# 2:37 Number 1E+5
# 2:42 Number 2j
# 2:45 Number 0.5J
# 2:50 Number 00
# 2:53 Number 1
# 2:54 Keyword if
# 2:57 Name x
# 2:59 Keyword else
# 2:64 Number 2
# 2:65 Newline
# 3:1 String 'a'
# 3:5 String "b"
# 3:9 String r'\' '
# 3:16 String Rb""
# 3:21 String u'é'
# 3:26 String f'{a!r:>{width}} {{}} {b["c"]}'
# 3:58 String """two\nlines"""
# 4:9 Newline
# 5:1 Name a
# 5:2 Operator .
# 5:3 Name b
# 5:5 Operator ...
# 5:9 Operator ->
# 5:12 Operator :=
# 5:15 Operator **=
# 5:19 Operator //=
# 5:23 Operator !=
# 5:26 Operator <=
# 5:29 Operator >>=
# 5:32 Newline
# 6:1 Name 名前
# 6:4 Operator =
# 6:6 Name naïve
# 6:11 Newline
# 7:1 End
