# run: tree
async def fetch(): await page
with open(a) as f, b: pass
try: a
except (E, F) as e: b
else: c
finally: d
del a, b[0]
global g
class C(Base, metaclass=M):
    def method(self): return 1
match command:
    case [x, *_] | {"k": v, **rest} if x > 1: a
    case Point(x=0, y=-1+2j) as p: b
type Alias = int
[a for a in b if c], {a for a in b}, {a: b for a in c}, (a for a in b)
{1, 2}, {1: 2, **a}, {}
f"{a}", b"bytes", "\N{DIGIT ONE}"
(a := 1)
x = yield y, (yield), (yield from z)
yield from z
# ---- expect (./dev test --update)
# Unsupported `async def`  2:1-30
# Unsupported `with`  3:1-27
# Unsupported `try`  4:1-7:11
# Unsupported `del`  8:1-12
# Unsupported `global`  9:1-9
# ClassDef C  10:1-11:31
# Unsupported `match`  12:1-14:37
# Unsupported `type`  15:1-17
# Expr  16:1-71
#   Tuple  16:1-71
#     Unsupported list comprehension  16:1-20
#     Unsupported set comprehension  16:22-36
#     Unsupported dict comprehension  16:38-55
#     Unsupported generator expression  16:57-71
# Expr  17:1-24
#   Tuple  17:1-24
#     Unsupported set display  17:1-7
#     Unsupported dict display  17:9-20
#     Unsupported dict display  17:22-24
# Expr  18:1-34
#   Tuple  18:1-34
#     Unsupported f-string  18:1-7
#     Unsupported bytes  18:9-17
#     Unsupported a character by name (`\N{...}`)  18:19-34
# Expr  19:1-9
#   Unsupported walrus `:=`  19:2-8
# Assign  20:1-37
#   target: Name x  20:1-2
#   value: Unsupported `yield`  20:5-37
# Expr  21:1-13
#   Unsupported `yield from`  21:1-13
