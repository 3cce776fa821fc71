"""Types as objects: ``float64[:, ::1]``, ``int8(int8, int8)``, ``float32(x)``, and signatures written as strings."""

import re

import numpy as np


class Type:
    """A scalar type: it stands in signatures, converts values when called, and equals its NumPy dtype."""

    ndim = 0
    layout = "C"

    def __init__(self, name):
        self.name = name
        #: NumPy reads this, so that ``np.zeros(3, nf.int8)`` works.
        self.dtype = np.dtype(name)

    def __repr__(self):
        return self.name

    def __eq__(self, other):
        if other is None:  # which NumPy takes for float64
            return False
        if isinstance(other, Type):
            return (self.name, self.ndim, self.layout) == (other.name, other.ndim, other.layout)
        try:
            return self.ndim == 0 and self.dtype == np.dtype(other)
        except TypeError:
            return NotImplemented

    def __hash__(self):
        return hash(self.dtype) if self.ndim == 0 else hash((self.name, self.ndim, self.layout))

    def __reduce__(self):
        return _rebuild, (self.name, self.ndim, self.layout)

    def __getitem__(self, index):
        """An array type: one slice for each dimension, ``::1`` last (or first) for contiguous arrays."""
        slices = index if isinstance(index, tuple) else (index,)
        if not all(isinstance(s, slice) and s.start is None and s.stop is None and s.step in (None, 1) for s in slices):
            raise TypeError(f"an array type is written like {self.name}[:, :] or {self.name}[:, ::1]")
        layout = "A"
        if slices[-1].step == 1:
            layout = "C"
        elif slices[0].step == 1:
            layout = "F"
        return ArrayType(self.name, len(slices), layout)

    def __call__(self, *args):
        """A signature when called with types, else a C cast of a value or array."""
        if all(isinstance(a, Type) or a is void for a in args):
            return Signature(self, args)
        (value,) = args
        with np.errstate(all="ignore"):
            return np.asarray(value).astype(self.dtype)[()]

    @property
    def key(self):
        """What the compiler takes: (dtype name, rank, contiguous)."""
        return (self.name, self.ndim, self.ndim > 0 and self.layout == "C")


class ArrayType(Type):
    """An array of some rank and layout ("C", "F", or "A" for any strides)."""

    def __init__(self, name, ndim, layout):
        super().__init__(name)
        self.ndim = ndim
        self.layout = layout

    def __repr__(self):
        axes = [":"] * self.ndim
        if self.layout != "A":
            axes[-1 if self.layout == "C" else 0] = "::1"
        return f"{self.name}[{', '.join(axes)}]"

    def __getitem__(self, index):
        raise TypeError(f"{self!r} is an array type already")

    def __call__(self, *args):
        if args and all(isinstance(a, Type) for a in args):
            return Signature(self, args)
        raise TypeError(f"{self!r} does not convert values: use np.asarray(value, '{self.name}')")


class Void:
    """No result."""

    def __repr__(self):
        return "void"

    def __call__(self, *args):
        return Signature(self, args)

    def __reduce__(self):
        return "void"


class Signature:
    """Argument types and a result type."""

    def __init__(self, return_type, args):
        self.return_type = return_type
        self.args = tuple(args)

    def __repr__(self):
        return f"{self.return_type!r}({', '.join(map(repr, self.args))})"

    def __eq__(self, other):
        return isinstance(other, Signature) and (self.return_type, self.args) == (other.return_type, other.args)

    def __hash__(self):
        return hash(self.args)

    @property
    def key(self):
        """What the compiler takes: (argument keys, result key or None)."""
        result = None if self.return_type is None or self.return_type is void else self.return_type.key
        return (tuple(a.key for a in self.args), result)


def _rebuild(name, ndim, layout):
    return ArrayType(name, ndim, layout) if ndim else globals()[name if name != "bool" else "boolean"]


void = none = Void()
boolean = bool_ = b1 = Type("bool")
int8 = i1 = char = Type("int8")
int16 = i2 = short = Type("int16")
int32 = i4 = intc = Type("int32")
int64 = i8 = int_ = long_ = longlong = intp = ssize_t = Type("int64")
uint8 = u1 = byte = uchar = Type("uint8")
uint16 = u2 = ushort = Type("uint16")
uint32 = u4 = uintc = Type("uint32")
uint64 = u8 = uint = ulong = ulonglong = uintp = size_t = Type("uint64")
float32 = f4 = float_ = Type("float32")
float64 = f8 = double = Type("float64")

#: Every name of a type, as signatures in strings may write it.
NAMES = {name: value for name, value in globals().items() if isinstance(value, (Type, Void))}
__all__ = [name for name in NAMES]
NAMES |= {"bool": boolean, "int": int64, "float": float64}

#: The one dtype name of each NumPy dtype that kernels have.
SCALARS = (boolean, int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64)


def from_dtype(dtype):
    """The type of a NumPy dtype."""
    dtype = np.dtype(dtype)
    for scalar in SCALARS:
        if scalar.dtype == dtype:
            return scalar
    raise TypeError(f"kernels have no dtype {dtype}")


_TOKEN = r"\s*(?:(\w+)|(::1)|([\[\](),:]))"  # compiled when first used: importing is to cost little


def parse_signature(text):
    """A signature from ``"float64(float64, int32[:, ::1])"``, or from its arguments alone.

    Examples
    --------
    >>> parse_signature("void(f8[:], i4)")
    void(float64[:], int32)
    >>> parse_signature("(int8[:, :], int8[:, ::1])")
    void(int8[:, :], int8[:, ::1])
    """
    tokens, at = [], 0
    while text[at:].strip():
        match = re.compile(_TOKEN).match(text, at)
        if not match:
            raise TypeError(f"a signature cannot hold {text[at:].strip()[0]!r}: {text!r}")
        tokens.append(match.group().strip())
        at = match.end()
    tokens.append("")
    position = 0

    def fail(expected):
        seen = tokens[position] or "its end"
        raise TypeError(f"in the signature {text!r}: expected {expected}, found {seen}")

    def take(token):
        nonlocal position
        if tokens[position] != token:
            fail(repr(token))
        position += 1

    def one_type():
        nonlocal position
        name = tokens[position]
        if name not in NAMES:
            fail("the name of a type (int8 ... float64, boolean, void)")
        position += 1
        result = NAMES[name]
        if tokens[position] != "[":
            return result
        take("[")
        slices = []
        while True:
            if tokens[position] == "::1":
                slices.append(slice(None, None, 1))
                position += 1
            else:
                take(":")
                slices.append(slice(None))
            if tokens[position] != ",":
                break
            take(",")
        take("]")
        return result[tuple(slices)]

    def types(end):
        found = []
        while tokens[position] != end:
            found.append(one_type())
            if tokens[position] != ",":
                break
            take(",")
        return found

    if tokens[0] == "(":
        take("(")
        result = Signature(void, types(")"))
        take(")")
    else:
        first = one_type()
        if tokens[position] == "(":
            take("(")
            result = Signature(first, types(")"))
            take(")")
        elif tokens[position] == ",":
            take(",")
            result = Signature(void, [first, *types("")])
        else:
            result = Signature(void, [first])
    if tokens[position]:
        fail("its end")
    return result


def as_signature(value):
    """A signature from a Signature, a string, or a tuple of types."""
    if isinstance(value, Signature):
        return value
    if isinstance(value, str):
        return parse_signature(value)
    if isinstance(value, tuple) and all(isinstance(v, Type) for v in value):
        return Signature(void, value)
    if isinstance(value, tuple):
        return Signature(void, [_as_type(v) for v in value])
    if isinstance(value, Type):
        return Signature(void, (value,))
    args = getattr(value, "args", None)  # a signature of Numba's
    if isinstance(args, tuple):
        return parse_signature(str(value).replace("none", "void")) if args else Signature(void, ())
    raise TypeError(f"{value!r} is not a signature: write int8(int8), (int8[:], int8[:]) or 'int8(int8)'")


def _as_type(value):
    if isinstance(value, (Type, Void)):
        return value
    if isinstance(value, str):
        (only,) = parse_signature(value).args
        return only
    try:
        return from_dtype(value)
    except TypeError:
        raise TypeError(f"{value!r} is not a type: write nf.int8, nf.float64[:, :], ...") from None


def as_signatures(value):
    """A tuple of signatures from one signature or a list of them; None gives none."""
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(as_signature(v) for v in value)
    return (as_signature(value),)
