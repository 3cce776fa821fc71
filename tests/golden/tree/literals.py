# run: tree
18446744073709551615, 18446744073709551616, 0xff, 1_000
1.5, 1e999, 1e-999, .5, 3j
True, False, None, ...
"a" 'b' "\x41\u00e9\n\"\q", r"\n"
(), (1,), (1, 2), [1, 2], []
lambda: 0, lambda a, b=1, *c, **d: a
# ---- expect (./dev test --update)
# Expr  2:1-56
#   Tuple  2:1-56
#     Integer 18446744073709551615  2:1-21
#     Integer too large  2:23-43
#     Integer 255  2:45-49
#     Integer 1000  2:51-56
# Expr  3:1-27
#   Tuple  3:1-27
#     Float 1.5  3:1-4
#     Float inf  3:6-11
#     Float 0  3:13-19
#     Float 0.5  3:21-23
#     Imaginary 3  3:25-27
# Expr  4:1-23
#   Tuple  4:1-23
#     True  4:1-5
#     False  4:7-12
#     None  4:14-18
#     Ellipsis  4:20-23
# Expr  5:1-34
#   Tuple  5:1-34
#     String "abAé\n\"\\q"  5:1-27
#     String "\\n"  5:29-34
# Expr  6:1-29
#   Tuple  6:1-29
#     Tuple  6:1-3
#     Tuple  6:5-9
#       Integer 1  6:6-7
#     Tuple  6:11-17
#       Integer 1  6:12-13
#       Integer 2  6:15-16
#     List  6:19-25
#       Integer 1  6:20-21
#       Integer 2  6:23-24
#     List  6:27-29
# Expr  7:1-37
#   Tuple  7:1-37
#     Lambda  7:1-10
#       body: Integer 0  7:9-10
#     Lambda  7:12-37
#       param: a  7:19-20
#       param: b  7:22-23
#         default: Integer 1  7:24-25
#       param: c *  7:28-29
#       param: d **  7:33-34
#       body: Name a  7:36-37
