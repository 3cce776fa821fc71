# run: tree
for i, j in pairs:
    while True:
        break
    else:
        pass
else:
    done()
if a: b
elif c:
    d
else:
    e
# ---- expect (./dev test --update)
# For  2:1-8:11
#   target: Tuple  2:5-9
#     Name i  2:5-6
#     Name j  2:8-9
#   in: Name pairs  2:13-18
#   body:
#     While  3:5-6:13
#       test: True  3:11-15
#       body:
#         Break  4:9-14
#       else:
#         Pass  6:9-13
#   else:
#     Expr  8:5-11
#       Call  8:5-11
#         function: Name done  8:5-9
# If  9:1-13:6
#   test: Name a  9:4-5
#   then:
#     Expr  9:7-8
#       Name b  9:7-8
#   else:
#     If  10:1-13:6
#       test: Name c  10:6-7
#       then:
#         Expr  11:5-6
#           Name d  11:5-6
#       else:
#         Expr  13:5-6
#           Name e  13:5-6
