# run: tree
@nf.stencil(mode="reflect", neighborhood=((-1, 1), (-1, 1)))
@other
def blur(image: "uint8[:, :]", /, weight=2, *rest, scale: float = 1.0, **more) -> "float64":
    """What it does."""
    def inner(): return weight
    return image[0, 0]
# ---- expect (./dev test --update)
# FunctionDef blur  4:1-7:23
#   decorator: Call  2:2-61
#     function: Attribute stencil  2:2-12
#       Name nf  2:2-4
#     argument mode: String "reflect"  2:18-27
#     argument neighborhood: Tuple  2:42-60
#       Tuple  2:43-50
#         Unary -  2:44-46
#           Integer 1  2:45-46
#         Integer 1  2:48-49
#       Tuple  2:52-59
#         Unary -  2:53-55
#           Integer 1  2:54-55
#         Integer 1  2:57-58
#   decorator: Name other  3:2-7
#   name: blur  4:5-9
#   param: image  4:10-15
#     annotation: String "uint8[:, :]"  4:17-30
#   param: weight  4:35-41
#     default: Integer 2  4:42-43
#   param: rest *  4:46-50
#   param: scale keyword-only  4:52-57
#     annotation: Name float  4:59-64
#     default: Float 1  4:67-70
#   param: more **  4:74-78
#   returns: String "float64"  4:83-92
#   body:
#     Expr  5:5-24
#       String "What it does."  5:5-24
#     FunctionDef inner  6:5-31
#       name: inner  6:9-14
#       body:
#         Return  6:18-31
#           Name weight  6:25-31
#     Return  7:5-23
#       Subscript  7:12-23
#         Name image  7:12-17
#         index: Integer 0  7:18-19
#         index: Integer 0  7:21-22
