"""The 3x3 mean, once and twice."""

import halide as hl

from .pieces import INWARDS, KINDS, LANES, WIDE, Candidate, blocks


def nine(dtype):
    """What a sum of nine is divided by."""
    return {"int8": hl.i16(9), "uint8": hl.u16(9), "float32": hl.f32(9), "float64": hl.f64(9)}[dtype]


def mean(dtype, parallel):
    """Sums along rows shared by the rows of a block; sums down a row shared by its points; all nine at each point."""
    x, y = hl.Var("x"), hl.Var("y")
    lanes, wide, kind = LANES[dtype], WIDE[dtype], KINDS[dtype]
    for sums, rows in (("along", 2), ("along", 4), ("along", 8), ("down", 1), ("down", 4), ("none", 1), ("none", 2), ("none", 4)):
        source, part, out = hl.ImageParam(kind, 2), hl.Func("part"), hl.Func("out")
        at = lambda i, j: hl.cast(wide, source[x + j, y + i])  # noqa: B023, E731
        if sums == "along":
            part[x, y] = at(0, -1) + at(0, 0) + at(0, 1)
            out[x, y] = hl.cast(kind, (part[x, y - 1] + part[x, y] + part[x, y + 1]) / nine(dtype))
        elif sums == "down":
            part[x, y] = at(-1, 0) + at(0, 0) + at(1, 0)
            out[x, y] = hl.cast(kind, (part[x - 1, y] + part[x, y] + part[x + 1, y]) / nine(dtype))
        else:
            total = sum((at(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)), start=hl.cast(wide, 0))
            out[x, y] = hl.cast(kind, total / nine(dtype))
        blocks(out, x, y, lanes, rows, parallel)
        if sums == "along":
            part.compute_at(out, x).vectorize(x, lanes, INWARDS).unroll(y)
        elif sums == "down":
            part.compute_at(out, y).vectorize(x, lanes, INWARDS)
        yield Candidate(f"sums {sums}, {rows} rows", [source], out)


def chain(dtype, parallel):
    """Two means: the first for each tile of the second, or sliding down a strip."""
    x, y, outer_x, outer_y, row, lane = (hl.Var(n) for n in ("x", "y", "outer_x", "outer_y", "row", "lane"))
    lanes, wide, kind = LANES[dtype], WIDE[dtype], KINDS[dtype]
    for rows in (2, 4, 8, 0):
        source, first, between, second, out = hl.ImageParam(kind, 2), *(hl.Func(n) for n in ("first", "between", "second", "out"))
        first[x, y] = sum((hl.cast(wide, source[x + j, y]) for j in (-1, 0, 1)), start=hl.cast(wide, 0))
        between[x, y] = hl.cast(kind, (first[x, y - 1] + first[x, y] + first[x, y + 1]) / nine(dtype))
        second[x, y] = sum((hl.cast(wide, between[x + j, y]) for j in (-1, 0, 1)), start=hl.cast(wide, 0))
        out[x, y] = hl.cast(kind, (second[x, y - 1] + second[x, y] + second[x, y + 1]) / nine(dtype))
        if rows:
            inner_x, inner_y = hl.Var("inner_x"), hl.Var("inner_y")
            out.tile(x, y, outer_x, outer_y, inner_x, inner_y, lanes * (8 if dtype == "uint8" else 16), 32, INWARDS)
            out.split(inner_y, inner_y, row, rows, INWARDS).split(inner_x, inner_x, lane, lanes, INWARDS)
            out.reorder(lane, row, inner_x, inner_y, outer_x, outer_y).vectorize(lane).unroll(row)
            between.compute_at(out, outer_x).split(y, y, row, rows, INWARDS).split(x, x, lane, lanes, INWARDS)
            between.reorder(lane, row, x, y).vectorize(lane).unroll(row)
            first.compute_at(between, x).vectorize(x, lanes, INWARDS).unroll(y)
            second.compute_at(out, inner_x).vectorize(x, lanes, INWARDS).unroll(y)
        else:
            out.split(y, outer_y, y, 64, INWARDS).vectorize(x, lanes, INWARDS)
            between.store_at(out, outer_y).compute_at(out, y).vectorize(x, lanes, INWARDS)
            first.store_at(out, outer_y).compute_at(out, y).vectorize(x, lanes, INWARDS)
        if parallel:
            out.parallel(outer_y)
        yield Candidate(f"tiles, {rows} rows" if rows else "sliding", [source], out)
