"""The layouts of generalised ufuncs: which axes of each argument belong to one core."""

import re

from .types import void

# Compiled when first used: importing is to cost little.
_GROUP = r"\(([^()]*)\)"
_DIM = r"[A-Za-z_]\w*\??|[1-9]\d{0,8}"


def parse_layout(layout):
    """Core dimensions of the inputs and the outputs.

    Examples
    --------
    >>> parse_layout("(n, m), () -> (m)")
    ([('n', 'm'), ()], [('m',)])
    """
    text = re.sub(r"\s", "", layout)
    left, arrow, right = text.partition("->")
    inputs, outputs = _groups(left, layout), _groups(right, layout) if right else []
    if not inputs or (arrow and not right):
        raise ValueError(f"bad layout {layout!r}: write it like '(n,m),()->(n,m)'")
    known = {dim for group in inputs for dim in group}
    for dim in known | {dim for group in outputs for dim in group}:
        if dim.endswith("?") and any(dim[:-1] in group for group in inputs + outputs):
            raise ValueError(f"bad layout {layout!r}: {dim[:-1]!r} is optional at one place and not at another")
    undefined = [dim for group in outputs for dim in group if dim not in known and not dim.isdigit()]
    if undefined:
        raise NameError(
            f"undefined output symbols: {', '.join(undefined)} in {layout!r}: an output has the sizes of inputs, or fixed ones such as (3)"
        )
    return inputs, outputs


def _groups(text, layout):
    between = re.sub(_GROUP, "", text)
    if between.strip(",") or text.count("(") != between.count(",") + 1:
        raise ValueError(f"bad layout {layout!r}: write it like '(n,m),()->(n,m)'")
    groups = []
    for inside in re.findall(_GROUP, text):
        dims = tuple(inside.split(",")) if inside else ()
        for dim in dims:
            if not re.fullmatch(_DIM, dim):
                raise ValueError(f'bad token in signature "{dim}": a core dimension is a name, a name with ? or a size')
        groups.append(dims)
    return groups


def layout_text(inputs, outputs):
    """The layout without white space, as NumPy shows it."""
    sides = (",".join(f"({','.join(group)})" for group in side) for side in (inputs, outputs))
    return "->".join(sides)


def check_signature(signature, groups):
    """Raises unless the types belong to the groups of a layout."""
    if signature.return_type is not void:
        raise TypeError("gufunc kernel must have void return type: write inputs and outputs as (int8[:], int8[:])")
    if len(signature.args) != len(groups):
        raise TypeError(
            f"Signature mismatch: {len(signature.args)} argument types given, but the layout has {len(groups)} groups"
        )
    for position, (given, group) in enumerate(zip(signature.args, groups), 1):
        if given.ndim == 0 and group:
            raise TypeError(f"scalar type {given} given for non scalar argument #{position}")
        if given.ndim != len(group) and not (given.ndim == 1 and not group):
            raise TypeError(f"type and shape signature mismatch for arg #{position}")


def writable_positions(writable, parameters, inputs, name):
    """The positions of the inputs that `writable_args` names, by number or by name."""
    positions = []
    for one in writable:
        if not isinstance(one, int):
            if one not in parameters:
                raise RuntimeError(f"Specified writable arg {one} not found in arg list {list(parameters)} for function {name}")
            one = parameters.index(one)
        if not 0 <= one < inputs:
            raise ValueError("All values in writable_args must be integers between 0 and nin - 1")
        positions.append(one)
    return tuple(sorted(set(positions)))
