"""Prints CPython's `ast` in the form of `nf-golden`'s stage `tree`: the second opinion on trees and spans."""

import ast
import re

UNARY = {ast.UAdd: "+", ast.USub: "-", ast.Invert: "~", ast.Not: "not"}
BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
UNSUPPORTED = {
    ast.AsyncFunctionDef: "`async def`", ast.AsyncFor: "`async for`", ast.AsyncWith: "`async with`",
    ast.With: "`with`", ast.Try: "`try`", ast.TryStar: "`try`", ast.Delete: "`del`", ast.Global: "`global`",
    ast.Nonlocal: "`nonlocal`", ast.Match: "`match`", ast.NamedExpr: "walrus `:=`", ast.Await: "`await`",
    ast.Yield: "`yield`", ast.YieldFrom: "`yield from`", ast.ListComp: "list comprehension",
    ast.SetComp: "set comprehension", ast.DictComp: "dict comprehension", ast.GeneratorExp: "generator expression",
    ast.Set: "set display", ast.Dict: "dict display", ast.JoinedStr: "string",
}  # fmt: skip


def quoted(text):
    """A string as the tree shows it."""
    escaped = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return '"' + "".join(escaped.get(c) or (f"\\x{ord(c):02x}" if c < " " or c == "\x7f" else c) for c in text) + '"'


class TreeText:
    """Collects the lines of one module."""

    def __init__(self, text):
        self.source = [line.encode() for line in re.split("\r\n|\r|\n", text)]
        self.lines = []
        self.depth = 0
        self.body(ast.parse(text).body)

    def column(self, line, offset):
        return len(self.source[line - 1][:offset].decode(errors="replace")) + 1

    def add(self, role, label, span):
        line, offset, end_line, end_offset = span
        begin, end = self.column(line, offset), self.column(end_line, end_offset)
        place = f"{line}:{begin}-{end}" if line == end_line else f"{line}:{begin}-{end_line}:{end}"
        self.lines.append("  " * self.depth + (f"{role}: " if role else "") + f"{label}  {place}")

    def block(self, name, statements):
        if statements:
            self.lines.append("  " * self.depth + f"{name}:")
            self.depth += 1
            self.body(statements)
            self.depth -= 1

    def body(self, statements):
        for statement in statements:
            self.statement(statement)

    def node(self, role, label, at, *children):
        """A line for `at`, then its children: nodes, or pairs of a role and a node (or a list of nodes)."""
        self.add(role, label, span_of(at))
        self.depth += 1
        for child in children:
            child_role, child = child if isinstance(child, tuple) else ("", child)
            for one in child if isinstance(child, list) else [child]:
                if one is not None:
                    self.expr(one, child_role)
        self.depth -= 1

    def params(self, args):
        plain = args.posonlyargs + args.args
        defaults = [None] * (len(plain) - len(args.defaults)) + args.defaults
        params = [("", *pair) for pair in zip(plain, defaults)]
        params += [(" *", args.vararg, None)] if args.vararg else []
        params += [(" keyword-only", *pair) for pair in zip(args.kwonlyargs, args.kw_defaults)]
        params += [(" **", args.kwarg, None)] if args.kwarg else []
        for kind, arg, default in params:
            end = arg.col_offset + len(arg.arg.encode())
            self.add("param", arg.arg + kind, (arg.lineno, arg.col_offset, arg.lineno, end))
            self.depth += 1
            for role, part in ("annotation", arg.annotation), ("default", default):
                if part is not None:
                    self.expr(part, role)
            self.depth -= 1

    # ---- expressions
    def expr(self, e, role=""):
        match e:
            case ast.Name():
                self.node(role, f"Name {e.id}", e)
            case ast.Constant():
                self.node(role, self.constant(e), e)
            case ast.Tuple():
                self.node(role, "Tuple", e, *e.elts)
            case ast.List():
                self.node(role, "List", e, *e.elts)
            case ast.UnaryOp():
                self.node(role, f"Unary {UNARY[type(e.op)]}", e, e.operand)
            case ast.BinOp():
                self.node(role, f"Binary {BINARY[type(e.op)]}", e, e.left, e.right)
            case ast.BoolOp():
                self.node(role, "Bool and" if isinstance(e.op, ast.And) else "Bool or", e, *e.values)
            case ast.Compare():
                ops = " ".join(COMPARE[type(op)] for op in e.ops)
                self.node(role, f"Compare {ops}", e, e.left, *e.comparators)
            case ast.IfExp():
                self.node(role, "Conditional", e, ("test", e.test), ("then", e.body), ("else", e.orelse))
            case ast.Call():
                self.node(role, "Call", e, ("function", e.func), *arguments(e))
            case ast.Attribute():
                self.node(role, f"Attribute {e.attr}", e, e.value)
            case ast.Subscript():
                unpacked = isinstance(e.slice, ast.Tuple) and not self.in_parentheses(e.slice)
                self.node(role, "Subscript", e, e.value, ("index", e.slice.elts if unpacked else e.slice))
            case ast.Slice():
                self.node(role, "Slice", e, ("lo", e.lower), ("hi", e.upper), ("step", e.step))
            case ast.Starred():
                self.node(role, "Starred", e, e.value)
            case ast.Lambda():
                self.add(role, "Lambda", span_of(e))
                self.depth += 1
                self.params(e.args)
                self.expr(e.body, "body")
                self.depth -= 1
            case _:
                self.node(role, f"Unsupported {UNSUPPORTED[type(e)]}", e)

    def in_parentheses(self, e):
        """Whether the parenthesis that a tuple begins with, if any, is its own: then its first item begins later."""
        if not e.elts:
            return True
        lines = self.source[e.lineno - 1 : e.end_lineno]
        lines = [lines[0], *lines[1:]]
        lines[-1] = lines[-1][: e.end_col_offset]
        text = b"\n".join(lines)[e.col_offset :].decode()
        try:
            return text.startswith("(") and ast.parse(text, mode="eval").body.col_offset == 0 and closes_last(text)
        except SyntaxError:
            return False

    def constant(self, e):
        value = e.value
        if value is None or isinstance(value, bool):
            return str(value)
        if value is Ellipsis:
            return "Ellipsis"
        if isinstance(value, int):
            return f"Integer {value}" if value < 2**64 else "Integer too large"
        if isinstance(value, float):
            return f"Float {value!r}".removesuffix(".0")
        if isinstance(value, complex):
            return f"Imaginary {value.imag!r}".removesuffix(".0")
        if isinstance(value, bytes) or re.search("[\ud800-\udfff]", value):
            return "Unsupported string"
        first, last = self.source[e.lineno - 1], self.source[e.end_lineno - 1]
        lines = [first] if e.lineno == e.end_lineno else self.source[e.lineno - 1 : e.end_lineno - 1] + [last]
        by_name = any(b"\\N{" in line for line in lines)
        return "Unsupported string" if by_name else f"String {quoted(value)}"

    # ---- statements
    def statement(self, s):
        match s:
            case ast.FunctionDef():
                self.function(s)
            case ast.ClassDef():
                self.node("", f"ClassDef {s.name}", s)
            case ast.Return():
                self.node("", "Return", s, s.value)
            case ast.Assign():
                self.node("", "Assign", s, ("target", s.targets), ("value", s.value))
            case ast.AugAssign():
                self.node("", f"AugAssign {BINARY[type(s.op)]}", s, ("target", s.target), ("value", s.value))
            case ast.AnnAssign():
                parts = ("target", s.target), ("annotation", s.annotation), ("value", s.value)
                self.node("", "AnnAssign", s, *parts)
            case ast.For():
                self.node("", "For", s, ("target", s.target), ("in", s.iter))
                self.blocks(body=s.body, otherwise=s.orelse)
            case ast.While():
                self.node("", "While", s, ("test", s.test))
                self.blocks(body=s.body, otherwise=s.orelse)
            case ast.If():
                self.node("", "If", s, ("test", s.test))
                self.blocks(then=s.body, otherwise=s.orelse)
            case ast.Expr():
                self.node("", "Expr", s, s.value)
            case ast.Pass() | ast.Break() | ast.Continue():
                self.node("", type(s).__name__, s)
            case ast.Raise():
                self.node("", "Raise", s, s.exc, ("from", s.cause))
            case ast.Assert():
                self.node("", "Assert", s, s.test, ("message", s.msg))
            case ast.Import():
                names = (f"{a.name} as {a.asname}" if a.asname else "{0} as {0}".format(a.name.split(".")[0]) for a in s.names)
                self.node("", "Import " + ", ".join(names), s)
            case ast.ImportFrom():
                module = "." * s.level + (s.module or "")
                self.node("", "Import " + ", ".join(f"{module}:{a.name} as {a.asname or a.name}" for a in s.names), s)
            case _:
                self.node("", f"Unsupported {UNSUPPORTED[type(s)]}", s)

    def blocks(self, otherwise, **first):
        [(name, statements)] = first.items()
        self.depth += 1
        self.block(name, statements)
        self.block("else", otherwise)
        self.depth -= 1

    def function(self, s):
        self.node("", f"FunctionDef {s.name}", s, ("decorator", s.decorator_list))
        self.depth += 1
        begin = re.compile(rb"def[ \t]+").match(self.source[s.lineno - 1], s.col_offset).end()
        self.add("name", s.name, (s.lineno, begin, s.lineno, begin + len(s.name.encode())))
        self.params(s.args)
        if s.returns is not None:
            self.expr(s.returns, "returns")
        self.block("body", s.body)
        self.depth -= 1


def span_of(node):
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def arguments(call):
    """Positional and keyword arguments in the order of the text, with their roles."""
    given = [("argument *", a.value) if isinstance(a, ast.Starred) else ("argument", a) for a in call.args]
    given += [(f"argument {k.arg}" if k.arg else "argument **", k.value) for k in call.keywords]
    return sorted(given, key=lambda pair: (pair[1].lineno, pair[1].col_offset))


def closes_last(text):
    """Whether the parenthesis that opens a text closes at its end."""
    depth = 0
    for i, c in enumerate(text):
        depth += c in "([{"
        depth -= c in ")]}"
        if depth == 0:
            return i == len(text) - 1
    return False


def tree_text(text):
    """The tree of a text, line by line."""
    return TreeText(text).lines
