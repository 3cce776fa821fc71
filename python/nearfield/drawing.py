"""Explanations as HTML: drawings in SVG without scripts, in colours that can be read on light and on dark pages."""

import html
import math

# The text takes the page's own colour; these two stand out against white and against black.
_MEMORY, _COMPUTE = "#2f8fd0", "#d97a1f"
_FONT = 'font-family="system-ui, sans-serif" font-size="11" fill="currentColor"'


def explanation_html(text, data):
    """One block: the drawings side by side, the text below."""
    drawings = [drawing for drawing in (footprint_svg(data), roofline_svg(data)) if drawing]
    row = "".join(f'<div style="margin: 4px 24px 4px 0">{drawing}</div>' for drawing in drawings)
    shown = f'<div style="display: flex; flex-wrap: wrap; align-items: flex-start">{row}</div>' if row else ""
    return f'<div>{shown}<pre style="white-space: pre; overflow-x: auto; line-height: 1.25">{html.escape(text)}</pre></div>'


# ---- what is read around a point


def footprint_svg(data):
    """A grid of cells for each array: filled where it is read, framed at the point itself."""
    axes = data.get("footprint")
    if not axes:
        return ""
    arrays = [a for a in data["arguments"] if a["reads"]] or [{"name": data["arguments"][0]["name"], "reads": None}]
    rows, columns = (axes[-2] if len(axes) > 1 else (0, 0)), axes[-1]
    planes = _planes(axes[:-2])
    height, width = rows[1] - rows[0] + 1, columns[1] - columns[0] + 1
    cell = max(3, min(22, 220 // max(width * min(len(planes), 3), height)))
    shapes, left = [], 0
    for array in arrays:
        reads = array["reads"] and {tuple(offset) for offset in array["reads"]}
        for plane in planes:
            label = array["name"] + (f"[{', '.join(f'{n:+d}' if n else '0' for n in plane)}]" if plane else "")
            shapes.append(f'<text x="{left}" y="11" {_FONT}>{html.escape(label)}</text>')
            shapes += _grid(plane, rows, columns, reads, cell, left)
            left += max(width * cell, 7 * len(label)) + 14
    note = "" if arrays[0]["reads"] else "it may read anywhere here"
    bottom = 18 + height * cell + 2
    if note:
        shapes.append(f'<text x="0" y="{bottom + 13}" {_FONT}>{note}</text>')
        bottom, left = bottom + 17, max(left, 150)
    return _svg(left, bottom, f"what {data['kernel']} reads around a point", shapes)


def _planes(axes):
    """Every offset on the axes before the last two, as long as they can be drawn side by side."""
    planes = [()]
    for low, high in axes:
        planes = [(*plane, n) for plane in planes for n in range(low, high + 1)]
    return planes if len(planes) <= 9 else [tuple(0 for _ in axes)]


def _grid(plane, rows, columns, reads, cell, left):
    for row in range(rows[0], rows[1] + 1):
        for column in range(columns[0], columns[1] + 1):
            x, y = left + (column - columns[0]) * cell + 1, 18 + (row - rows[0]) * cell + 1
            rank = len(plane) + (2 if rows != (0, 0) or reads and len(next(iter(reads))) > 1 else 1)
            offset = (*plane, row, column)[-rank:]
            is_read = reads is None or offset in reads
            opacity = 0.85 if is_read and reads is not None else 0.35 if is_read else 0
            yield (
                f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{_MEMORY}" fill-opacity="{opacity}" '
                'stroke="currentColor" stroke-opacity="0.45" stroke-width="0.7"/>'
            )
    if not any(plane):
        x, y = left - columns[0] * cell + 1, 18 - rows[0] * cell + 1
        yield f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="none" stroke="{_COMPUTE}" stroke-width="2.5"/>'


# ---- the roofline

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 430, 250, 66, 12, 14, 36


def roofline_svg(data):
    """Speed over intensity, both logarithmic: the slope is memory, the level is computing, the dots are the kernel."""
    call = data.get("call")
    if not call or not call["runs"]:
        return ""
    work = sum(data["point"].get("operations", {}).values())
    unit = "operations" if work else "points"
    work = work or 1
    moved = call["bytes_in"] + call["bytes_out"]
    intensity = work * call["points"] / moved
    lines = [
        {
            "threads": run["threads"],
            "bandwidth": moved / run["copy_seconds"],
            "level": work * call["points"] / run["compute_seconds"],
            "speed": work * call["points"] / run["achieved_seconds"],
        }
        for run in call["runs"]
    ]
    ridges = [line["level"] / line["bandwidth"] for line in lines]
    x_range = min(intensity, *ridges, intensity / 8) / 2, max(intensity, *ridges) * 6
    speeds = [line[key] for line in lines for key in ("level", "speed")]
    y_range = min(*speeds, lines[0]["bandwidth"] * x_range[0] * 4) / 2, max(speeds) * 2.5

    def at(x, y):
        return (
            _LEFT + _share(x, x_range) * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - _share(y, y_range) * (_HEIGHT - _TOP - _BOTTOM),
        )

    shapes = _frame(x_range, y_range, at, unit)
    for number, line in enumerate(lines):
        shapes += _roof(line, x_range, y_range, at, intensity, faint=number + 1 < len(lines))
    return _svg(_WIDTH, _HEIGHT, f"roofline of {data['kernel']} on {call['array']}", shapes)


def _share(value, between):
    low, high = (math.log10(v) for v in between)
    return (math.log10(value) - low) / (high - low)


def _frame(x_range, y_range, at, unit):
    left, bottom = at(x_range[0], y_range[0])
    right, top = at(x_range[1], y_range[1])
    shapes = [
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="none" '
        'stroke="currentColor" stroke-opacity="0.5"/>'
    ]
    for value in _ticks(x_range):
        x, _ = at(value, y_range[0])
        shapes.append(_line((x, bottom), (x, top), "currentColor", 0.5, 0.18))
        shapes.append(f'<text x="{x:.1f}" y="{bottom + 14:.1f}" text-anchor="middle" {_FONT}>{_short(value)}</text>')
    for value in _ticks(y_range):
        _, y = at(x_range[0], value)
        shapes.append(_line((left, y), (right, y), "currentColor", 0.5, 0.18))
        shapes.append(f'<text x="{left - 5:.1f}" y="{y + 4:.1f}" text-anchor="end" {_FONT}>{_short(value)}</text>')
    shapes.append(
        f'<text x="{(left + right) / 2:.1f}" y="{bottom + 30:.1f}" text-anchor="middle" {_FONT}>{unit} for each byte moved</text>'
    )
    x, y = 12, (top + bottom) / 2
    shapes.append(f'<text x="{x}" y="{y:.1f}" text-anchor="middle" transform="rotate(-90 {x} {y:.1f})" {_FONT}>{unit} / s</text>')
    return shapes


def _ticks(between):
    """Powers of ten, with halves between them where they are few."""
    first, last = math.floor(math.log10(between[0])), math.ceil(math.log10(between[1]))
    steps = (1,) if last - first > 4 else (1, 3)
    values = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [value for value in values if between[0] < value < between[1]]


def _short(value):
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.3g}"


def _roof(line, x_range, y_range, at, intensity, faint):
    """The slope up to where it meets the level, the level, and the kernel's dot."""
    ridge = min(max(line["level"] / line["bandwidth"], x_range[0]), x_range[1])
    opacity = 0.45 if faint else 1
    begin = max(x_range[0], y_range[0] / line["bandwidth"])
    threads = f"{line['threads']} thread" + ("s" if line["threads"] > 1 else "")
    x, y = at(intensity, line["speed"])
    beside = f'x="{x - 8:.1f}" text-anchor="end"' if faint else f'x="{x + 8:.1f}"'  # two dots may lie on each other
    shapes = [
        _line(at(begin, line["bandwidth"] * begin), at(ridge, line["level"]), _MEMORY, 2, opacity),
        _line(at(ridge, line["level"]), at(x_range[1], line["level"]), _COMPUTE, 2, opacity),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="currentColor" fill-opacity="{opacity}"/>',
        f'<text {beside} y="{y + 4:.1f}" {_FONT}>{threads}</text>',
    ]
    if not faint:
        (mx, my), (cx, cy) = at(begin, line["bandwidth"] * begin), at(x_range[1], line["level"])
        rx, ry = at(ridge, line["level"])
        slope = math.degrees(math.atan2(ry - my, rx - mx))
        x, y = (mx + rx) / 2 - 6, (my + ry) / 2 - 6
        shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" transform="rotate({slope:.1f} {x:.1f} {y:.1f})" '
            f'{_FONT.replace("currentColor", _MEMORY)}>memory {_short(line["bandwidth"])}B/s</text>'
        )
        shapes.append(
            f'<text x="{cx - 4:.1f}" y="{cy - 6:.1f}" text-anchor="end" {_FONT.replace("currentColor", _COMPUTE)}>computing</text>'
        )
    return shapes


def _line(start, end, colour, width, opacity):
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-opacity="{opacity}"/>'
    )


def _svg(width, height, title, shapes):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{html.escape(title)}</title>{''.join(shapes)}</svg>"
    )
