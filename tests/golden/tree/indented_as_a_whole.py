# run: tree
    @nf.jit
    def inner(a):
        return a + 1
# ---- expect (./dev test --update)
# FunctionDef inner  3:5-4:21
#   decorator: Attribute jit  2:6-12
#     Name nf  2:6-8
#   name: inner  3:9-14
#   param: a  3:15-16
#   body:
#     Return  4:9-21
#       Binary +  4:16-21
#         Name a  4:16-17
#         Integer 1  4:20-21
