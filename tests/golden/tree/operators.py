# run: tree
-a ** -b ** c
a + b * c - d // e % f @ g
a | b ^ c & d << e >> f
not a == b and c or d or e
a < b <= c is not d not in e
x if a else y if b else z
~a - +b
(a + b) * (c)
# ---- expect (./dev test --update)
# Expr  2:1-14
#   Unary -  2:1-14
#     Binary **  2:2-14
#       Name a  2:2-3
#       Unary -  2:7-14
#         Binary **  2:8-14
#           Name b  2:8-9
#           Name c  2:13-14
# Expr  3:1-27
#   Binary -  3:1-27
#     Binary +  3:1-10
#       Name a  3:1-2
#       Binary *  3:5-10
#         Name b  3:5-6
#         Name c  3:9-10
#     Binary @  3:13-27
#       Binary %  3:13-23
#         Binary //  3:13-19
#           Name d  3:13-14
#           Name e  3:18-19
#         Name f  3:22-23
#       Name g  3:26-27
# Expr  4:1-24
#   Binary |  4:1-24
#     Name a  4:1-2
#     Binary ^  4:5-24
#       Name b  4:5-6
#       Binary &  4:9-24
#         Name c  4:9-10
#         Binary >>  4:13-24
#           Binary <<  4:13-19
#             Name d  4:13-14
#             Name e  4:18-19
#           Name f  4:23-24
# Expr  5:1-27
#   Bool or  5:1-27
#     Bool and  5:1-17
#       Unary not  5:1-11
#         Compare ==  5:5-11
#           Name a  5:5-6
#           Name b  5:10-11
#       Name c  5:16-17
#     Name d  5:21-22
#     Name e  5:26-27
# Expr  6:1-29
#   Compare < <= is not not in  6:1-29
#     Name a  6:1-2
#     Name b  6:5-6
#     Name c  6:10-11
#     Name d  6:19-20
#     Name e  6:28-29
# Expr  7:1-26
#   Conditional  7:1-26
#     test: Name a  7:6-7
#     then: Name x  7:1-2
#     else: Conditional  7:13-26
#       test: Name b  7:18-19
#       then: Name y  7:13-14
#       else: Name z  7:25-26
# Expr  8:1-8
#   Binary -  8:1-8
#     Unary ~  8:1-3
#       Name a  8:2-3
#     Unary +  8:6-8
#       Name b  8:7-8
# Expr  9:1-14
#   Binary *  9:1-14
#     Binary +  9:2-7
#       Name a  9:2-3
#       Name b  9:6-7
#     Name c  9:12-13
