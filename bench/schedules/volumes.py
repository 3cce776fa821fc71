"""3-D neighbourhoods: whole planes, or columns of 64 rows so that three planes of them stay in the cache."""

import halide as hl

from .pieces import INWARDS, Candidate


def _schedule(out, x, y, z, rows, tall, parallel):
    outer, row, lane = hl.Var("outer"), hl.Var("row"), hl.Var("lane")
    if tall:
        out.split(y, outer, y, 64, INWARDS)
    out.split(y, y, row, rows, INWARDS).split(x, x, lane, 16, INWARDS)
    out.reorder(*((lane, row, x, y, z, outer) if tall else (lane, row, x, y, z))).vectorize(lane).unroll(row)
    if parallel:
        out.parallel(z if not tall else outer)


def seven_points(parallel):
    """The Laplacian."""
    x, y, z = hl.Var("x"), hl.Var("y"), hl.Var("z")
    for rows in (1, 2, 4):
        for tall in (False, True):
            u, out = hl.ImageParam(hl.Float(32), 3), hl.Func("out")
            around = u[x - 1, y, z] + u[x + 1, y, z] + u[x, y - 1, z] + u[x, y + 1, z] + u[x, y, z - 1] + u[x, y, z + 1]
            out[x, y, z] = around - hl.f32(6) * u[x, y, z]
            _schedule(out, x, y, z, rows, tall, parallel)
            yield Candidate(f"{rows} rows{', columns' * tall}", [u], out)


def twenty_seven_points(parallel):
    """The mean: nine of each row first, which the rows of a block share."""
    x, y, z = hl.Var("x"), hl.Var("y"), hl.Var("z")
    for rows in (2, 4, 8):
        for tall in (False, True):
            u, part, out = hl.ImageParam(hl.Float(32), 3), hl.Func("part"), hl.Func("out")
            part[x, y, z] = sum((u[x + i, y, z + k] for i in (-1, 0, 1) for k in (-1, 0, 1)), start=hl.f32(0))
            out[x, y, z] = (part[x, y - 1, z] + part[x, y, z] + part[x, y + 1, z]) * hl.f32(1 / 27)
            _schedule(out, x, y, z, rows, tall, parallel)
            part.compute_at(out, x).vectorize(x, 16, INWARDS).unroll(y)
            yield Candidate(f"{rows} rows{', columns' * tall}", [u], out)
