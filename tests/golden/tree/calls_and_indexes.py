# run: tree
f()
f(a, *b, key=c, **d)(e).g
a[i, j]
a[(i, j)]
a[i,]
a[:], a[1:], a[:-1, ::2], a[..., lo:hi:step]
a[i][j].shape[0]
f(x for x in y)
# ---- expect (./dev test --update)
# Expr  2:1-4
#   Call  2:1-4
#     function: Name f  2:1-2
# Expr  3:1-26
#   Attribute g  3:1-26
#     Call  3:1-24
#       function: Call  3:1-21
#         function: Name f  3:1-2
#         argument: Name a  3:3-4
#         argument *: Name b  3:7-8
#         argument key: Name c  3:14-15
#         argument **: Name d  3:19-20
#       argument: Name e  3:22-23
# Expr  4:1-8
#   Subscript  4:1-8
#     Name a  4:1-2
#     index: Name i  4:3-4
#     index: Name j  4:6-7
# Expr  5:1-10
#   Subscript  5:1-10
#     Name a  5:1-2
#     index: Tuple  5:3-9
#       Name i  5:4-5
#       Name j  5:7-8
# Expr  6:1-6
#   Subscript  6:1-6
#     Name a  6:1-2
#     index: Name i  6:3-4
# Expr  7:1-45
#   Tuple  7:1-45
#     Subscript  7:1-5
#       Name a  7:1-2
#       index: Slice  7:3-4
#     Subscript  7:7-12
#       Name a  7:7-8
#       index: Slice  7:9-11
#         lo: Integer 1  7:9-10
#     Subscript  7:14-25
#       Name a  7:14-15
#       index: Slice  7:16-19
#         hi: Unary -  7:17-19
#           Integer 1  7:18-19
#       index: Slice  7:21-24
#         step: Integer 2  7:23-24
#     Subscript  7:27-45
#       Name a  7:27-28
#       index: Ellipsis  7:29-32
#       index: Slice  7:34-44
#         lo: Name lo  7:34-36
#         hi: Name hi  7:37-39
#         step: Name step  7:40-44
# Expr  8:1-17
#   Subscript  8:1-17
#     Attribute shape  8:1-14
#       Subscript  8:1-8
#         Subscript  8:1-5
#           Name a  8:1-2
#           index: Name i  8:3-4
#         index: Name j  8:6-7
#     index: Integer 0  8:15-16
# Expr  9:1-16
#   Call  9:1-16
#     function: Name f  9:1-2
#     argument: Unsupported generator expression  9:3-15
