"""Random stencils: each is a text for Nearfield and, drawn with it, a function that computes the same with plain NumPy."""

import math
import operator
import re
from typing import Callable, NamedTuple

import numpy as np

BOOL, INT, UINT, F4, F8 = (np.dtype(name) for name in ("bool", "int64", "uint64", "float32", "float64"))
SMALL = ["bool", "int8", "uint8", "int16"]  # these and float32 make float32
WIDEST_REACH = 3


class Node(NamedTuple):
    """An expression: statements before it, its text, its dtype, and its values given those of the neighbours."""

    before: tuple
    text: str
    dtype: np.dtype
    values: Callable  #: of a function (array, offsets) -> values


def widened(*dtypes):
    """What integer arithmetic on these gives: 64 bits, signed if any of them is (a bool is)."""
    return UINT if all(d.kind == "u" for d in dtypes) else INT


def arithmetic_dtype(a, b):
    if a.kind != "f" and b.kind != "f":
        return widened(a, b)
    return F4 if all(d == F4 or d.name in SMALL for d in (a, b)) else F8


def unified(a, b):
    """The dtype of a value that is one or the other."""
    if a == b or b.kind == "b":
        return a
    if a.kind == "b":
        return b
    if "f" in a.kind + b.kind:
        return F4 if F8 not in (a, b) and min(d.itemsize if d.kind != "f" else 9 for d in (a, b)) <= 2 else F8
    if a.kind == b.kind:
        return max(a, b, key=lambda d: d.itemsize)
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    if signed.itemsize > unsigned.itemsize:
        return signed
    return F8 if unsigned == UINT else np.dtype(f"int{16 * unsigned.itemsize}")


def cast(values, dtype):
    """A C cast; floats are taken to be in range."""
    with np.errstate(all="ignore"):
        return np.asarray(values).astype(dtype)


def by_value(function, a, b):
    """A comparison of integers of any two dtypes by value, of others in float64."""
    if "f" in a.dtype.kind + b.dtype.kind:
        return function(a.astype(F8), b.astype(F8)) if a.dtype != b.dtype else function(a, b)
    return np.asarray(function(a.astype(object), b.astype(object)), bool)


class Drawing:
    """Draws one stencil of `rank` that reads arrays of these dtypes and takes numbers of those."""

    def __init__(self, random, rank, dtypes, numbers):
        self.random = random
        self.rank = rank
        self.dtypes = [np.dtype(d) for d in dtypes]
        self.numbers = [np.dtype(d) for d in numbers]
        self.names = 0
        self.low, self.high = [0] * rank, [0] * rank

    def fresh(self):
        self.names += 1
        return f"t{self.names}"

    def read(self, array, offsets):
        self.low = [min(a, b) for a, b in zip(self.low, offsets)]
        self.high = [max(a, b) for a, b in zip(self.high, offsets)]
        return lambda at: at(array, offsets)

    def neighbour(self):
        reach = self.random.choice([1, 1, 1, 2, WIDEST_REACH])
        array = self.random.randrange(len(self.dtypes))
        offsets = tuple(self.random.randint(-reach, reach) for _ in range(self.rank))
        text = f"{'xyz'[array]}[{', '.join(map(str, offsets))}]"
        return Node((), text, self.dtypes[array], self.read(array, offsets))

    def literal(self):
        value = self.random.choice([0, 1, 2, 3, 7, 255, -1, -3, 1000, 0.5, -2.0, 1e3])
        dtype = F8 if isinstance(value, float) else INT
        return Node((), f"({value})" if value < 0 else str(value), dtype, lambda at: np.array(value, dtype))

    def number(self):
        which = self.random.randrange(len(self.numbers))
        return Node((), "ab"[which], self.numbers[which], lambda at: at(len(self.dtypes) + which, None))

    def window(self):
        """A loop over constant offsets with an accumulator that starts as an integer."""
        array = self.random.randrange(len(self.dtypes))
        lo, hi = -self.random.randint(0, 2), self.random.randint(0, 2)
        axis = self.random.randrange(self.rank)
        weights = tuple(self.random.randint(-2, 3) for _ in range(hi - lo + 1))
        total, i = self.fresh(), self.fresh()
        points = [tuple(o if a == axis else 0 for a in range(self.rank)) for o in range(lo, hi + 1)]
        reads = [self.read(array, point) for point in points]
        index = ", ".join(i if a == axis else "0" for a in range(self.rank))
        before = (f"{total} = 0", f"for {i} in range({lo}, {hi + 1}):",
                  f"    {total} += {'xyz'[array]}[{index}] * {weights}[{i} - ({lo})]")  # fmt: skip
        dtype = F8 if self.dtypes[array].kind == "f" else INT

        def values(at):
            return sum((cast(read(at), dtype) * np.array(w, dtype) for read, w in zip(reads, weights)), np.array(0, dtype))

        return Node(before, total, dtype, values)

    def binary(self, depth):
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        op = self.random.choice(["+", "-", "*", "+", "-", "&", "|", "^"])
        if op in "&|^" and "f" in a.dtype.kind + b.dtype.kind:
            op = "+"
        dtype = BOOL if op in "&|^" and a.dtype == b.dtype == BOOL else arithmetic_dtype(a.dtype, b.dtype)
        function = {"+": operator.add, "-": operator.sub, "*": operator.mul, "&": operator.and_, "|": operator.or_, "^": operator.xor}[op]
        return Node(a.before + b.before, f"({a.text} {op} {b.text})", dtype,
                    lambda at: function(cast(a.values(at), dtype), cast(b.values(at), dtype)))  # fmt: skip

    def by_constant(self, depth):
        """Division, remainder and shifts, whose right side is a constant that they are defined for."""
        a = self.expression(depth - 1)
        op = self.random.choice(["//", "//", "%", "/", "<<", ">>"])
        if op in ("<<", ">>") and a.dtype.kind == "f":
            op = "//"
        if op in ("<<", ">>"):
            # Numbers of the text alone are computed like Python's, which know no 64 bits.
            most = 63 if re.search(r"\b([xyzab]|t\d+)\b", a.text) else 8
            count, dtype = self.random.randint(0, most), widened(a.dtype)
            function = np.left_shift if op == "<<" else np.right_shift
            return Node(a.before, f"({a.text} {op} {count})", dtype, lambda at: function(cast(a.values(at), dtype), dtype.type(count)))
        divisor = self.random.choice([1, 2, 3, 7, 9, 16, 25, 255, -2, -5, 1000003])
        dtype = arithmetic_dtype(a.dtype, INT)
        function = {"//": np.floor_divide, "%": np.remainder, "/": np.true_divide}[op]
        if op == "/":
            dtype = F8
        text = f"({a.text} {op} {divisor})" if divisor > 0 else f"({a.text} {op} ({divisor}))"
        return Node(a.before, text, dtype, lambda at: function(cast(a.values(at), dtype), dtype.type(divisor)))

    def unary(self, depth):
        a = self.expression(depth - 1)
        kind = self.random.choice(["-", "~", "abs", "not", "float", "int8", "uint8", "uint16", "int32", "float32"])
        if kind == "not":
            return Node(a.before, f"(not {a.text})", BOOL, lambda at: ~cast(a.values(at), BOOL))
        if kind == "abs":
            dtype = np.dtype("int8") if a.dtype == BOOL else a.dtype
            return Node(a.before, f"abs({a.text})", dtype, lambda at: np.abs(cast(a.values(at), dtype)))
        if kind in ("float", "float32") or a.dtype.kind == "f":
            dtype = F4 if kind == "float32" else a.dtype if a.dtype.kind == "f" else F8
            name = "np.float32" if kind == "float32" else "float"
            return Node(a.before, f"{name}({a.text})", dtype, lambda at: cast(a.values(at), dtype))
        if kind in ("-", "~"):
            dtype = BOOL if kind == "~" and a.dtype == BOOL else widened(a.dtype)
            own = dtype if a.dtype.kind != "u" else a.dtype  # unsigned ones at their own width, widened then
            function = np.negative if kind == "-" else np.invert
            return Node(a.before, f"({kind}{a.text})", dtype, lambda at: cast(function(cast(a.values(at), own)), dtype))
        dtype = np.dtype(kind)
        return Node(a.before, f"np.{kind}({a.text})", dtype, lambda at: cast(a.values(at), dtype))

    def function(self, depth):
        """Functions whose results are exact, so that they are the same everywhere."""
        a = self.expression(depth - 1)
        name = self.random.choice(["np.sqrt", "math.sqrt", "np.floor", "np.ceil", "np.trunc", "math.floor", "round", "np.sign", "np.isnan"])
        function = getattr(np, name.split(".")[-1])
        if name in ("math.floor", "round"):  # the result is an integer: only of what is in range
            inner = f"min(1e6, max(-1e6, {a.text}))"

            def bounded(at):
                value = cast(a.values(at), F8)
                value = np.where(value > -1e6, value, -1e6)
                return function(np.where(value < 1e6, value, 1e6)).astype(INT)

            return Node(a.before, f"{name}({inner})", INT, bounded)
        if name == "np.isnan":
            return Node(a.before, f"{name}({a.text})", BOOL, lambda at: np.isnan(a.values(at)))
        if name == "np.sign":
            dtype = np.dtype("int8") if a.dtype == BOOL else a.dtype
        elif name in ("np.floor", "np.ceil", "np.trunc"):
            dtype = a.dtype
        elif a.dtype.kind == "f":
            dtype = a.dtype
        else:
            dtype = F4 if name == "np.sqrt" and a.dtype.itemsize <= 2 else F8
        return Node(a.before, f"{name}({a.text})", dtype, lambda at: cast(function(cast(a.values(at), dtype)), dtype))

    def comparison(self, depth):
        a, b = self.expression(depth - 1), self.expression(depth - 1)
        op = self.random.choice(["<", "<=", ">", ">=", "==", "!="])
        function = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}[op]
        return Node(a.before + b.before, f"({a.text} {op} {b.text})", BOOL, lambda at: by_value(function, a.values(at), b.values(at)))

    def choice(self, depth):
        test, a, b = self.comparison(depth - 1), self.expression(depth - 1), self.expression(depth - 1)
        dtype = unified(a.dtype, b.dtype)
        before = test.before + a.before + b.before
        text = f"({a.text} if {test.text} else {b.text})"
        if self.random.random() < 0.4:  # as a statement, whose branches hold what they need
            name = self.fresh()
            inside = [*(f"    {line}" for line in a.before), f"    {name} = {a.text}"]
            outside = [*(f"    {line}" for line in b.before), f"    {name} = {b.text}"]
            before, text = (*test.before, f"if {test.text}:", *inside, "else:", *outside), name
        return Node(before, text, dtype,
                    lambda at: np.where(test.values(at), cast(a.values(at), dtype), cast(b.values(at), dtype)))  # fmt: skip

    def extreme(self, depth):
        nodes = [self.expression(depth - 1) for _ in range(self.random.randint(2, 3))]
        name = self.random.choice(["min", "max"])
        dtype = nodes[0].dtype
        for node in nodes[1:]:
            dtype = unified(dtype, node.dtype)

        def values(at):
            best = cast(nodes[0].values(at), dtype)
            for node in nodes[1:]:
                other = cast(node.values(at), dtype)
                best = np.where(other < best if name == "min" else other > best, other, best)
            return best

        return Node(sum((n.before for n in nodes), ()), f"{name}({', '.join(n.text for n in nodes)})", dtype, values)

    def variable(self, depth):
        """A value that has a name and is used twice."""
        a, name = self.expression(depth - 1), self.fresh()
        dtype = arithmetic_dtype(a.dtype, a.dtype)
        return Node((*a.before, f"{name} = {a.text}"), f"({name} * {name})", dtype, lambda at: cast(a.values(at), dtype) ** 2)

    def expression(self, depth):
        if depth <= 0 or self.random.random() < 0.15:
            if self.numbers and self.random.random() < 0.2:
                return self.number()
            return self.literal() if self.random.random() < 0.2 else self.neighbour()
        kinds = [self.binary] * 6 + [self.by_constant] * 2 + [self.unary] * 2
        kinds += [self.comparison, self.choice, self.choice, self.extreme, self.variable, self.function, lambda depth: self.window()]
        return self.random.choice(kinds)(depth)


class RandomStencil:
    """A stencil as text and as NumPy."""

    def __init__(self, random, rank, dtypes, numbers=()):
        drawing = Drawing(random, rank, dtypes, numbers)
        first = drawing.neighbour()
        node = drawing.expression(random.randint(1, 4))
        # The first array is read for certain; what is read counts for the reach even if nothing comes of it.
        self.lines = [f"unused = {first.text}", *node.before]
        if random.random() < 0.2:  # another `return` on one path
            test, early = drawing.comparison(1), drawing.expression(1)
            self.lines = [*test.before, f"if {test.text}:", *(f"    {line}" for line in early.before), f"    return {early.text}", *self.lines]
            dtype, late = unified(early.dtype, node.dtype), node
            node = Node((), late.text, dtype, lambda at: np.where(
                test.values(at), cast(early.values(at), dtype), cast(late.values(at), dtype)))  # fmt: skip
        self.lines.append(f"return {node.text}")
        self.node, self.low, self.high = node, drawing.low, drawing.high
        self.rank = rank
        self.parameters = [*"xyz"[: len(dtypes)], *"ab"[: len(numbers)]]
        self.text = f"def kernel({', '.join(self.parameters)}):\n" + "".join(f"    {line}\n" for line in self.lines)

    def function(self):
        scope = {"np": np, "math": math}
        exec(compile(self.text, "<random>", "exec"), scope)
        return scope["kernel"]

    def inner(self, arrays, numbers, shape):
        """The values at the points whose neighbours are all inside, given arrays that extend as far as that."""
        extent = [n + lo - hi for n, lo, hi in zip(shape, self.low, self.high)]
        if min(extent, default=1) <= 0:
            return None

        def at(array, offsets):
            if offsets is None:
                return np.asarray(numbers[array - len(arrays)])
            starts = [o - lo for o, lo in zip(offsets, self.low)]
            return arrays[array][tuple(slice(s, s + n) for s, n in zip(starts, extent))]

        with np.errstate(all="ignore"):
            return np.broadcast_to(cast(self.node.values(at), self.node.dtype), extent)

    def apply(self, arrays, numbers=(), mode="constant", cval=None, out=None):
        """What the stencil gives for arrays of its rank."""
        shape = arrays[0].shape
        if mode == "constant":
            out = np.zeros(shape, self.node.dtype) if out is None else out.copy()
            if cval is not None:
                out[...] = cast(cval, out.dtype)
            values = self.inner(arrays, numbers, shape)
            if values is not None:
                out[tuple(slice(-lo, n - hi) for n, lo, hi in zip(shape, self.low, self.high))] = cast(values, out.dtype)
            return out
        if mode == "valid":
            values = self.inner(arrays, numbers, shape)
            extent = [max(0, n + lo - hi) for n, lo, hi in zip(shape, self.low, self.high)]
            return np.zeros(extent, self.node.dtype) if values is None else values
        if 0 in shape:
            return np.zeros(shape, self.node.dtype)
        pad = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap"}[mode]
        wider = [np.pad(a, [(-lo, hi) for lo, hi in zip(self.low, self.high)], mode=pad) for a in arrays]
        return self.inner(wider, numbers, wider[0].shape)
