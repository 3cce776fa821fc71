#!/usr/bin/env python3
"""Makes src/ir/elementary/coefficients.h: ``python docs/why/coefficients.py`` prints it.

Each polynomial is the best one of its degree for its weight (Remez's exchange in decimal arithmetic with 60 digits); then its
coefficients are rounded to float64. The comment before each table has the largest weighted error of the rounded polynomial.
"""

import struct
from decimal import Decimal, getcontext
from math import comb, ulp

DIGITS = 400  # of 2/pi; all else needs 60
getcontext().prec = DIGITS


def arctan_of(x):
    """atan(x) for a small x."""
    total, power, k = Decimal(0), x, 0
    while abs(power) > Decimal(10) ** -DIGITS:
        total += power / (2 * k + 1) * (-1) ** k
        power, k = power * x * x, k + 1
    return total


def arctan_of_inverse(n):
    """atan(1/n) for an integer n."""
    return arctan_of(Decimal(1) / n)


PI = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))
LN2 = Decimal(2).ln()
LN10 = Decimal(10).ln()


def bits_of(value, high, low):
    """The part of ``value`` with the binary digits of weight 2**high down to 2**low."""
    step = Decimal(2) ** low
    return int(value % (Decimal(2) ** (high + 1)) / step) * step


def series(terms, z):
    """The sum of ``terms(k) * z**k``, until it no longer changes."""
    total, power, k = Decimal(0), Decimal(1), 0
    while k < 4 or abs(term) > Decimal(10) ** -50:
        term = terms(k) * power
        total, power, k = total + term, power * z, k + 1
    return total


def cosine(x):
    """cos(x)."""
    return series(lambda k: Decimal((-1) ** k) / factorial(2 * k), x * x)


def factorial(n):
    """n!"""
    return n * factorial(n - 1) if n else 1


def solve(rows):
    """The solution of the linear equations whose rows end with their right sides."""
    rows, count = [list(row) for row in rows], len(rows)
    for k in range(count):
        best = max(range(k, count), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        for i in range(count):
            if i != k:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    return [row[-1] / row[k] for k, row in enumerate(rows)]


def fit(values, weights, points, count):
    """Remez's exchange on the grid ``points``: the polynomial whose largest weighted error there is least."""
    last = len(points) - 1
    # Start with the extrema of a Chebyshev polynomial; the grid lies as densely at its ends.
    at = [round(last * k / count) for k in range(count + 1)]
    for _ in range(30):
        rows = [[points[i] ** j for j in range(count)] + [(-1) ** k / weights[i], values[i]] for k, i in enumerate(at)]
        poly = solve(rows)[:-1]
        errors = [(sum(c * x**j for j, c in enumerate(poly)) - v) * w for x, v, w in zip(points, values, weights)]
        extrema = []
        for i, error in enumerate(errors):  # the largest of each run of equal sign
            if extrema and (errors[extrema[-1]] > 0) == (error > 0):
                if abs(error) > abs(errors[extrema[-1]]):
                    extrema[-1] = i
            else:
                extrema.append(i)
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        if extrema == at or len(extrema) < count + 1:
            break
        at = extrema
    return poly


def emit(name, what, terms, lo, hi, count, weight=lambda x: 1, fixed=0):
    """Prints one table with its error; the first ``fixed`` coefficients are those of the series."""
    getcontext().prec = 60
    lo, hi = Decimal(lo), Decimal(hi)
    grid = [(hi + lo) / 2 - (hi - lo) / 2 * cosine(PI * k / 400) for k in range(401)]
    grid = [x for x in grid if weight(x)]
    values, weights = [series(terms, x) for x in grid], [weight(x) for x in grid]
    first = [terms(k) for k in range(fixed)]
    rest = [(v - sum(c * x**j for j, c in enumerate(first))) / x**fixed for x, v in zip(grid, values)]
    poly = first + fit(rest, [w * x**fixed for x, w in zip(grid, weights)], grid, count - fixed)
    rounded = [float(c) for c in poly]
    errors = [(sum(Decimal(c) * x**j for j, c in enumerate(rounded)) - v) * w for x, v, w in zip(grid, values, weights)]
    print(f"// {what}; error 2^{float(max(map(abs, errors)).ln() / LN2):.1f}")
    print(f"inline constexpr double {name}[] = {{" + ", ".join(c.hex() for c in rounded) + "};")


def number(name, value, what):
    """Prints one number."""
    print(f"inline constexpr double {name} = {float(value).hex()};  ///< {what}")


def split_at(value, bits):
    """The first ``bits`` significant bits of ``value``."""
    high = 0
    while Decimal(2) ** (high + 1) <= value:
        high += 1
    while Decimal(2) ** high > value:
        high -= 1
    return bits_of(value, high, high - bits + 1)


def numbers():
    """Constants in parts."""
    number("kLog2E", 1 / LN2, "1 / ln 2")
    number("kLn2", LN2, "ln 2")
    high = split_at(LN2, 41)
    number("kLn2Hi", high, "its first 41 bits: times an exponent it is exact")
    number("kLn2Lo", LN2 - high, "the rest")
    number("kSixteenths", 16 / LN2, "16 / ln 2")
    high = split_at(LN2 / 16, 38)
    number("kSixteenthHi", high, "the first 38 bits of ln 2 / 16: times a number of 15 bits it is exact")
    number("kSixteenthLo", LN2 / 16 - high, "the rest")
    high = split_at(LN2, 15)
    number("kLn2Hi32", high, "the first 15 bits: times an exponent of float32 it is a float32")
    number("kLn2Lo32", LN2 - high, "the rest")
    for name, value, what in (("kLn2", LN2, "ln 2"), ("kLog2E", 1 / LN2, "1 / ln 2"), ("kLog10E", 1 / LN10, "1 / ln 10")):
        high = split_at(value, 26)
        number(name + "Top", high, f"the first 26 bits of {what}")
        number(name + "Rest", value - high, "the rest")
    number("kLog10E", 1 / LN10, "1 / ln 10")
    number("kLog10Of2", LN2 / LN10, "log10 2")
    high = split_at(LN2 / LN10, 41)
    number("kLog10Of2Hi", high, "the first 41 bits of log10 2")
    number("kLog10Of2Lo", LN2 / LN10 - high, "the rest")
    number("kTwoOverPi", 2 / PI, "2 / pi")
    for name, value, what in (("kPi", PI, "pi"), ("kHalfPi", PI / 2, "pi / 2")):
        number(name + "Hi32", single(float(value)), f"{what} as a float32")
        number(name + "Lo32", value - Decimal(single(float(value))), "the rest")
    half = PI / 2
    first = split_at(half, 39)
    second = split_at(half - first, 39)
    number("kHalfPi1", first, "the first 39 bits of pi / 2: exact times a number of 14 bits")
    number("kHalfPi2", second, "39 more")
    number("kHalfPi3", half - first - second, "the rest")
    coarse = split_at(half, 29)
    number("kHalfPiCoarse", coarse, "the first 29 bits of pi / 2: exact times a number of 24 bits")
    number("kHalfPiFine", half - coarse, "the rest")
    number("kOneOverPi", 1 / PI, "1 / pi")
    number("kPiCoarse", 2 * coarse, "the first 29 bits of pi")
    number("kPiFine", PI - 2 * coarse, "the rest")
    for name, value, what in (("kPi", PI, "pi"), ("kHalfPi", half, "pi / 2"), ("kQuarterPi", half / 2, "pi / 4")):
        number(name + "Hi", Decimal(float(value)), f"{what}, rounded")
        number(name + "Lo", value - Decimal(float(value)), "what is missing")
    # atan(3/2) = pi/2 - atan(2/3)
    for name, value, what in (("kAtanHalf", arctan_of_inverse(2), "1/2"), ("kAtanThreeHalves", half - arctan_of(Decimal(2) / 3), "3/2")):
        number(name + "Hi", Decimal(float(value)), f"atan({what}), rounded")
        number(name + "Lo", value - Decimal(float(value)), "what is missing")


def pi_words():
    """2/pi in binary, for the reduction of large angles."""
    value, words = 2 / PI, []
    for _ in range(20):
        value *= 2**64
        words.append(int(value))
        value -= words[-1]
    print("// 2 / pi in binary behind the point, behind one word of zeros")
    print("inline constexpr uint64_t kTwoOverPiBits[] = {0, " + ", ".join(f"0x{w:016x}" for w in words) + "};")


def inverse(n):
    """1 / n."""
    return Decimal(1) / n


def single(x):
    """The float32 nearest to ``x``."""
    return struct.unpack("f", struct.pack("f", x))[0]


def emit_list(name, what, numbers):
    """Prints one table."""
    print(f"// {what}")
    print(f"inline constexpr double {name}[] = {{" + ", ".join(x.hex() for x in numbers) + "};")


def intervals_of(first, steps, count):
    """The intervals of x for which ``first`` + x lies in one of ``steps`` in each octave."""
    found, low = [], Decimal(first)
    for _ in range(count):
        high = low + (Decimal(1) / 2 if low < 1 else Decimal(2) ** (int(low).bit_length() - 1)) / steps
        found.append((low - Decimal(first), high - Decimal(first)))
        low = high
    return found


def in_order_of_bits(rows, first, steps):
    """The rows of intervals as the bits of ``first`` + x look them up: its exponent and log2 ``steps`` bits more."""
    exponent = 0 if first >= 1 else -1
    start = round((first / 2**exponent - 1) * steps) + (1023 + exponent) * steps
    return [rows[(i - start) % len(rows)] for i in range(len(rows))]


def tanh_of(x):
    """tanh(x)."""
    double = (2 * x).exp()
    return (double - 1) / (double + 1)


def tanh_tables():
    """Centres of intervals of |x| and the tanh there, which is its rounded value to some nine bits more; near 0 the centre is 0.

    For float32 the coefficients of a polynomial of each interval too.
    """
    getcontext().prec = 60
    straight = Decimal("0.375")
    rows = [(0.0, 0.0) if hi <= straight else tanh_near((lo + hi) / 2, float, 53) for lo, hi in intervals_of(1.375, 8, 32)]
    rows = in_order_of_bits(rows, 1.375, 8)
    emit_list("kTanhCentre", "centres of the intervals of 1.375 + |x|, 8 in each octave", [row[0] for row in rows])
    emit_list("kTanhThere", "their tanh", [row[1] for row in rows])
    rows = []
    for lo, hi in intervals_of(0.625, 8, 32):
        hard = lo == Decimal("0.0625")  # the last places of its first results are twice as fine: with this centre they come out
        middle = (lo + hi) / 2 + (Decimal("0.00014") if hard else 0)
        centre, there = tanh_near(middle, single, 24, with_slope=hard) if lo else (0.0, 0.0)
        grid = [(hi + lo) / 2 - (hi - lo) / 2 * cosine(PI * k / 200) - Decimal(centre) for k in range(201)]
        grid = [t for t in grid if t]
        values = [tanh_of(t + Decimal(centre)) for t in grid]
        first = [1 - tanh_of(Decimal(centre)) ** 2] if hi < 1 else []  # beyond, other coefficients need its help
        rest = [((v - tanh_of(Decimal(centre))) / t - sum(c * t**j for j, c in enumerate(first))) / t ** len(first) for t, v in zip(grid, values)]
        # Nothing has to be fitted at a centre amid the others, but the exchange wants weights.
        weights = [max(abs(t), (hi - lo) / 20 if lo else 0) ** (1 + len(first)) / v for t, v in zip(grid, values)]
        if hard:
            weights = [w * (6 if v < Decimal("0.0626") else 1) for w, v in zip(weights, values)]
        poly = first + fit(rest, weights, grid, 4 - len(first))
        rows.append((centre, there, *(single(float(c)) for c in poly)))
    rows = in_order_of_bits(rows, 0.625, 8)
    emit_list("kTanhCentre32", "centres of the intervals of 0.625 + |x|, 8 in each octave", [row[0] for row in rows])
    for k in range(5):
        emit_list(f"kTanh{k}Of32", f"coefficient {k} of tanh(centre + t) in each interval", [row[k + 1] for row in rows])


def tanh_near(x, round_to, digits, with_slope=False):
    """A number near ``x`` and its tanh that is almost a number of so many ``digits`` itself; the slope there too, if asked for."""
    nearest = min(round_to(float(tanh_of(x))), 1 - 2.0**-digits)
    step = ulp(nearest) * 2 ** (53 - digits)
    best = None
    for k in range(20000 if with_slope else 1000):
        value = Decimal(nearest) + (k + 1) // 2 * (-1) ** k * Decimal(step)
        if value >= 1:
            continue
        true = ((1 + value) / (1 - value)).ln() / 2
        centre = round_to(float(true))
        missing = abs(true - Decimal(centre)) * (1 - value * value) / Decimal(step)
        if with_slope:
            slope = 1 - tanh_of(Decimal(centre)) ** 2
            missing += abs(slope / Decimal(single(float(slope))) - 1) * 2**22
        if best is None or missing < best[0]:
            best = (missing, centre, float(value))
        if missing < (0.004 if with_slope else 0.002):
            break
    return best[1:]


def whole_arctan_of(x):
    """atan(x) for any x up to 1: of a quarter of the angle."""
    for _ in range(2):
        x = x / (1 + (1 + x * x).sqrt())
    return 4 * arctan_within(x)


def arctan_within(x):
    """atan(x) to 60 digits."""
    return x * series(lambda k: inverse((-1) ** k * (2 * k + 1)), x * x)


def atan_tables():
    """Centres near k/15, whose atan is a float32 to some nine bits more, and a polynomial of each interval; near 0 the centre is 0."""
    getcontext().prec = 60
    rows = []
    for k in range(16):
        middle, half = Decimal(k) / 15, Decimal("0.0334")
        centre, there = atan_near(middle, single, 24) if k else (0.0, 0.0)
        lo, hi = max(middle - half, Decimal(0)), min(middle + half, Decimal(1))
        grid = [(hi + lo) / 2 - (hi - lo) / 2 * cosine(PI * i / 200) - Decimal(centre) for i in range(201)]
        grid = [t for t in grid if t]
        base = whole_arctan_of(Decimal(centre)) if k else Decimal(0)
        values = [whole_arctan_of(t + Decimal(centre)) for t in grid]
        first = [] if k else [Decimal(1)]
        rest = [((v - base) / t - sum(c * t**j for j, c in enumerate(first))) / t ** len(first) for t, v in zip(grid, values)]
        weights = [max(abs(t), half / 20 if k else 0) ** (1 + len(first)) / v for t, v in zip(grid, values)]
        poly = first + fit(rest, weights, grid, 4 - len(first))
        poly[0] -= 1  # where the result is small, t itself is nearly all that is added
        rows.append((centre, there, *(single(float(c)) for c in poly)))
    doubles = [(0.0, 0.0)] + [atan_near(Decimal(k) / 15, float, 53) for k in range(1, 16)]
    emit_list("kAtanCentre", "centres of the intervals around k/15", [row[0] for row in doubles])
    emit_list("kAtanThere", "their atan", [row[1] for row in doubles])
    emit_list("kAtanCentre32", "centres of the intervals around k/15", [row[0] for row in rows])
    for k, name in enumerate(("There32", "Slope32", "2Of32", "3Of32", "4Of32")):
        emit_list(f"kAtan{name}", f"coefficient {k} of atan(centre + t){' - t' if k == 1 else ''} in each interval", [row[k + 1] for row in rows])


def atan_near(x, round_to, digits):
    """A number near ``x`` and its atan, which is almost a number of so many ``digits`` itself."""
    best = None
    for k in range(2000):
        centre = round_to(float(x) + (k + 1) // 2 * (-1) ** k * 2.0**-digits)
        if centre > 1:
            continue
        true = whole_arctan_of(Decimal(centre))
        there = round_to(float(true))
        missing = abs(true - Decimal(there)) / Decimal(ulp(there) * 2 ** (53 - digits))
        if best is None or missing < best[0]:
            best = (missing, centre, there)
        if missing < 0.002:
            break
    return best[1:]


def log_tables(suffix, round_to, digits, grid, stride):
    """Centres c of 16 intervals of [3/4, 3/2), 1/c, and log c: almost a multiple of 2**grid. Near 1 the centre is 1.

    It is searched in steps of ``stride`` such multiples: some strides would repeat what is missing.
    """
    getcontext().prec = 60
    rows, step = [], Decimal(2) ** grid
    for i in range(16):  # four bits behind the leading one
        low = Decimal(16 + i) / 16 if i < 8 else Decimal(16 + i) / 32
        width = Decimal(1) / 16 if i < 8 else Decimal(1) / 32
        if i in (0, 1, 14, 15):
            rows.append((1.0, 1.0, 0.0))
            continue
        log = ((low + width / 2).ln() // step - 200 * stride) * step
        true, ratio, best = log.exp(), (stride * step).exp(), None
        for _ in range(400):
            centre = round_to(float(true))
            missing = abs(true / Decimal(centre) - 1)
            if best is None or missing < best[0]:
                best = (missing, centre, round_to(float(1 / Decimal(centre))), float(log))
            if missing < Decimal(2) ** (-digits - 10):
                break
            true, log = true * ratio, log + stride * step
        rows.append(best[1:])
    for name, what, column in (("Centre", "centres of the intervals of [3/4, 3/2)", 0), ("Inverse", "1 / centre", 1), ("There", "their logarithms", 2)):
        emit_list(f"kLog{name}{suffix}", what, [row[column] for row in rows])


def tables():
    """What is looked up by an interval."""
    tanh_tables()
    atan_tables()
    power_tables()
    log_tables("", float, 53, -42, 1234567)
    log_tables("32", single, 24, -16, 1)


def power_tables():
    """1/c in few digits for 16 intervals of [3/4, 3/2) around c, so that m / c is exact for a float32 m, and log2 c; powers of 2."""
    getcontext().prec = 60
    inverses = []
    for i in range(16):
        low = Decimal(16 + i) / 16 if i < 8 else Decimal(16 + i) / 32
        width = Decimal(1) / 16 if i < 8 else Decimal(1) / 32
        inverses.append(1.0 if i in (0, 15) else round(float(2**12 / (low + width / 2))) / 2.0**12)
    emit_list("kPowerInverse32", "1 / c for centres c of the intervals of [3/4, 3/2)", inverses)
    emit_list("kPowerLog32", "log2 c", [float(-Decimal(x).ln() / LN2) for x in inverses])
    powers = [(LN2 * k / 16).exp() for k in range(16)]
    emit_list("kPowerOfTwo", "2^(k/16)", [float(p) for p in powers])
    emit_list("kPowerOfTwoLo", "what is missing", [float(p - Decimal(float(p))) for p in powers])
    rows = []
    for i in range(32):
        low = Decimal(32 + i) / 32 if i < 16 else Decimal(32 + i) / 64
        width = Decimal(1) / 32 if i < 16 else Decimal(1) / 64
        rows.append(1.0 if i in (0, 31) else round(float(2**9 / (low + width / 2))) / 2.0**9)
    logs = [-Decimal(x).ln() for x in rows]
    heads = [float(round(x * 2**42) / Decimal(2**42)) for x in logs]
    emit_list("kPowerInverse", "1 / c in 10 bits for centres c of 32 intervals of [3/4, 3/2)", rows)
    emit_list("kPowerThere", "log c, as multiples of 2^-42", heads)
    emit_list("kPowerThereLo", "what is missing", [float(x - Decimal(h)) for x, h in zip(logs, heads)])


TANH_TERMS = [Decimal(1)]


def tanh_series(k):
    """Of (tanh(t) - t) / t^3 in t^2; tanh(t) / t from tanh' = 1 - tanh^2."""
    terms = TANH_TERMS
    while len(terms) < k + 2:
        last = len(terms) - 1
        terms.append(-sum(terms[j] * terms[last - j] for j in range(last + 1)) / (2 * last + 3))
    return terms[k + 1]


def polynomials():
    """All tables. Each weight makes the error relative to the function's result (of exp and cos to 1)."""
    r, quarter = LN2 / 2 * Decimal("1.001"), PI / 4 * Decimal("1.001")
    square = quarter * quarter
    emit("kExp", "(exp(r) - 1 - r - r^2/2) / r^3", lambda k: inverse(factorial(k + 3)), -r, r, 9, lambda x: abs(x**3))
    emit("kExpm1", "the same for functions that lose digits after it", lambda k: inverse(factorial(k + 3)), -r, r, 10, lambda x: abs(x**3))
    emit("kExpSingle", "the same, in float32", lambda k: inverse(factorial(k + 3)), -r, r, 4, lambda x: abs(x**3))
    emit("kExp32", "(exp(r) - 1) / r, for float32", lambda k: inverse(factorial(k + 1)), -r, r, 6, abs)
    emit("kExpm1For32", "the same, relative to exp(r) - 1", lambda k: inverse(factorial(k + 1)), -r, r, 7)
    emit("kSinh", "(sinh(r) - r) / r^3 in r^2", lambda k: inverse(factorial(2 * k + 3)), 0, r * r, 5, lambda z: z)
    emit("kCosh", "(cosh(r) - 1) / r^2 in r^2", lambda k: inverse(factorial(2 * k + 2)), 0, r * r, 6, lambda z: z, 1)
    emit("kSinh32", "(sinh(r) - r) / r^3 in r^2, for float32", lambda k: inverse(factorial(2 * k + 3)), 0, r * r, 3, lambda z: z)
    emit("kCosh32", "(cosh(r) - 1) / r^2 in r^2, for float32", lambda k: inverse(factorial(2 * k + 2)), 0, r * r, 3, lambda z: z)
    emit("kSin", "(sin(r) - r) / r^3 in r^2", lambda k: inverse((-1) ** (k + 1) * factorial(2 * k + 3)), 0, square, 6, lambda z: z)
    emit("kCos", "(cos(r) - 1 + r^2/2) / r^4 in r^2", lambda k: inverse((-1) ** k * factorial(2 * k + 4)), 0, square, 6,
         lambda z: z * z)
    emit("kSin32", "(sin(r) - r) / r^3 in r^2, for float32", lambda k: inverse((-1) ** (k + 1) * factorial(2 * k + 3)), 0, square, 3,
         lambda z: z)
    emit("kSinFar32", "the same up to pi / 2, for float32", lambda k: inverse((-1) ** (k + 1) * factorial(2 * k + 3)), 0, 4 * square, 4,
         lambda z: z)
    emit("kCos32", "(cos(r) - 1) / r^2 in r^2, for float32", lambda k: inverse((-1) ** (k + 1) * factorial(2 * k + 2)), 0, square, 4,
         lambda z: z)
    emit("kTanh", "(tanh(t) - t) / t^3 in t^2", tanh_series, 0, Decimal("0.1407"), 9, lambda z: z)
    lo, hi = -Decimal("0.0626"), Decimal("0.1251")
    s = hi / (2 + hi)
    emit("kLogNear", "(log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, near 1", lambda k: 2 * inverse(2 * k + 3), 0, s * s, 5, lambda z: z)
    emit("kLogNear32", "(log(1 + f) - f) / f^2, near 1, for float32", lambda k: inverse((-1) ** (k + 1) * (k + 2)), lo, hi, 5, abs)
    lo, hi = -Decimal("0.0319"), Decimal("0.0625")
    emit("kPowerLog2For32", "log2(1 + f) / f, for float32", lambda k: inverse((-1) ** k * (k + 1)) / LN2, lo, hi, 7)
    emit("kPowerLog", "(log(1 + r) - r + r^2/2) / r^3", lambda k: inverse((-1) ** k * (k + 3)), lo / 2, Decimal("0.03126"), 8, lambda x: x * x)
    half = LN2 / 32 * Decimal("1.001")
    emit("kExpSixteenth", "(exp(r) - 1 - r) / r^2", lambda k: inverse(factorial(k + 2)), -half, half, 6, lambda x: x * x)
    half = Decimal(1) / 32
    emit("kPowerExp2For32", "(2^r - 1) / r, for float32", lambda k: LN2 ** (k + 1) / factorial(k + 1), -half, half, 3, abs)
    s = Decimal("0.1717")
    emit("kLog", "(log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2", lambda k: 2 * inverse(2 * k + 3), 0, s * s, 7, lambda z: z)
    emit("kLog32", "the same, for float32", lambda k: 2 * inverse(2 * k + 3), 0, s * s, 4, lambda z: z)
    t = Decimal(7) / 16
    emit("kAtan", "(atan(t) - t) / t^3 in t^2", lambda k: inverse((-1) ** (k + 1) * (2 * k + 3)), 0, t * t, 11, lambda z: z)
    emit("kAtanNear", "the same, near 0", lambda k: inverse((-1) ** (k + 1) * (2 * k + 3)), 0, Decimal("0.0334") ** 2, 4, lambda z: z)
    emit("kAtan32", "(atan(t) - t) / t^3 in t^2, for float32", lambda k: inverse((-1) ** (k + 1) * (2 * k + 3)), 0, t * t, 5,
         lambda z: z)
    emit("kAsin32", "(asin(t) - t) / t^3 in t^2, for float32",
         lambda k: comb(2 * k + 2, k + 1) * inverse(4 ** (k + 1) * (2 * k + 3)), 0, Decimal("0.2502"), 6, lambda z: z)
    emit("kAsin", "(asin(t) - t) / t^3 in t^2", lambda k: comb(2 * k + 2, k + 1) * inverse(4 ** (k + 1) * (2 * k + 3)), 0,
         Decimal("0.2502"), 12, lambda z: z)


def main():
    """Prints the header."""
    print("// Made by docs/why/coefficients.py: polynomials and constants of the elementary functions.")
    print("#pragma once\n#include <cstdint>\n\nnamespace nf::ir::elementary {\n\n// clang-format off")
    numbers()
    pi_words()
    tables()
    polynomials()
    print("// clang-format on\n\n}  // namespace nf::ir::elementary")


if __name__ == "__main__":
    main()
