"""5x5 windows, the edge filter, and the sum of two images."""

import halide as hl

from stencils.basic import FLOATS, INTEGERS

from .pieces import INWARDS, KINDS, LANES, WIDE, Candidate, blocks


def separable(parallel):
    """The binomial weights: along rows shared by the rows of a block, down first, or all 25 at each point."""
    x, y = hl.Var("x"), hl.Var("y")
    for order, rows in (("along", 2), ("along", 4), ("along", 8), ("down", 1), ("down", 4), ("none", 2), ("none", 4)):
        source, part, out = hl.ImageParam(hl.UInt(8), 2), hl.Func("part"), hl.Func("out")
        at = lambda i, j: hl.cast(hl.UInt(16), source[x + j, y + i])  # noqa: B023, E731
        if order == "along":
            part[x, y] = at(0, -2) + at(0, 2) + 4 * (at(0, -1) + at(0, 1)) + 6 * at(0, 0)
            total = part[x, y - 2] + part[x, y + 2] + 4 * (part[x, y - 1] + part[x, y + 1]) + 6 * part[x, y]
        elif order == "down":
            part[x, y] = at(-2, 0) + at(2, 0) + 4 * (at(-1, 0) + at(1, 0)) + 6 * at(0, 0)
            total = part[x - 2, y] + part[x + 2, y] + 4 * (part[x - 1, y] + part[x + 1, y]) + 6 * part[x, y]
        else:
            binomial = (1, 4, 6, 4, 1)
            terms = (at(i - 2, j - 2) * hl.u16(binomial[i] * binomial[j]) for i in range(5) for j in range(5))
            total = sum(terms, start=hl.u16(0))
        out[x, y] = hl.cast(hl.UInt(8), total / hl.u16(256))
        blocks(out, x, y, 64, rows, parallel)
        if order == "along":
            part.compute_at(out, x).vectorize(x, 64, INWARDS).unroll(y)
        elif order == "down":
            part.compute_at(out, y).vectorize(x, 64, INWARDS)
        yield Candidate(f"{order}, {rows} rows", [source], out)


def weights(dtype, parallel):
    """25 weights without structure; blocks of rows share what they load."""
    x, y = hl.Var("x"), hl.Var("y")
    kind, wide = KINDS[dtype], WIDE[dtype]
    for rows in (1, 2, 4, 8):
        source, out = hl.ImageParam(kind, 2), hl.Func("out")
        total = hl.cast(wide, 0)
        for i in range(5):
            for j in range(5):
                weight = hl.u16(int(INTEGERS[i, j])) if dtype == "uint8" else hl.f32(float(FLOATS[i, j]))
                total = total + hl.cast(wide, source[x + j - 2, y + i - 2]) * weight
        out[x, y] = hl.cast(kind, total / hl.u16(256)) if dtype == "uint8" else total
        blocks(out, x, y, LANES[dtype], rows, parallel)
        yield Candidate(f"{rows} rows", [source], out)


def sobel(parallel):
    """Differences in 16 bits, squares in 32, the root in float32."""
    x, y = hl.Var("x"), hl.Var("y")
    for rows, lanes in ((1, 32), (2, 32), (4, 32), (2, 64), (1, 16)):
        source, out = hl.ImageParam(hl.UInt(8), 2), hl.Func("out")
        at = lambda i, j: hl.cast(hl.Int(16), source[x + j, y + i])  # noqa: B023, E731
        gx = at(-1, 1) - at(-1, -1) + at(1, 1) - at(1, -1) + 2 * (at(0, 1) - at(0, -1))
        gy = at(1, -1) - at(-1, -1) + at(1, 1) - at(-1, 1) + 2 * (at(1, 0) - at(-1, 0))
        wide = lambda value: hl.cast(hl.Int(32), value)  # noqa: E731
        out[x, y] = hl.sqrt(hl.cast(hl.Float(32), wide(gx) * wide(gx) + wide(gy) * wide(gy)))
        blocks(out, x, y, lanes, rows, parallel)
        yield Candidate(f"{rows} rows of {lanes}", [source], out)


def add(dtype, parallel):
    """A few vectors at a time."""
    x, y, outer = hl.Var("x"), hl.Var("y"), hl.Var("outer")
    for vectors in (1, 2, 4):
        a, b, out = hl.ImageParam(KINDS[dtype], 2), hl.ImageParam(KINDS[dtype], 2), hl.Func("out")
        out[x, y] = a[x, y] + b[x, y]
        out.vectorize(x, LANES[dtype] * vectors, INWARDS).split(y, outer, y, 64, INWARDS)
        if parallel:
            out.parallel(outer)
        yield Candidate(f"{vectors} vectors", [a, b], out)
