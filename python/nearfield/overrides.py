"""NumPy's protocol for ufuncs: other kinds of arrays do what is asked for themselves."""

import numpy as np


def dispatch(ufunc, method, inputs, outs, keywords, known=()):
    """The result of the first argument that takes over, or NotImplemented when no one asks to.

    Asked are inputs, then outputs, from the left, subclasses before what they are made of. `known` are classes that the
    caller handles itself.
    """
    asked = _overriding((*inputs, *outs), known)
    if not asked:
        return NotImplemented
    if any(out is not None for out in outs):
        keywords = keywords | {"out": tuple(outs)}
    for value in asked:
        override = type(value).__array_ufunc__
        if override is None:
            raise TypeError(f"operand '{type(value).__name__}' does not support ufuncs (__array_ufunc__=None)")
        result = override(value, ufunc, method, *inputs, **keywords)
        if result is not NotImplemented:
            return result
    names = ", ".join(repr(type(value).__name__) for value in (*inputs, *(o for o in outs if o is not None)))
    raise TypeError(f"operand type(s) all returned NotImplemented from __array_ufunc__({ufunc!r}, {method!r}, ...): {names}")


def _overriding(values, known):
    order = []
    for value in values:
        kind = type(value)
        if value is None or kind is np.ndarray or isinstance(value, known) or any(type(other) is kind for other in order):
            continue
        if getattr(kind, "__array_ufunc__", np.ndarray.__array_ufunc__) is np.ndarray.__array_ufunc__:
            continue
        if isinstance(value, np.generic):
            continue
        at = next((i for i, other in enumerate(order) if isinstance(value, type(other))), len(order))
        order.insert(at, value)
    return order
