#!/usr/bin/env python3
"""Makes src/ir/elementary/coefficients.h: ``python docs/why/coefficients.py`` prints it.

Each polynomial is the best one of its degree for its weight (Remez's exchange in decimal arithmetic with 60 digits); then its
coefficients are rounded to float64. The comment before each table has the largest weighted error of the rounded polynomial.
"""

from decimal import Decimal, getcontext
from math import comb

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
    for name, value, what in (("kPi", PI, "pi"), ("kHalfPi", half, "pi / 2"), ("kQuarterPi", half / 2, "pi / 4"), ("kTwoThirds", Decimal(2) / 3, "2 / 3")):
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
    s = Decimal("0.1717")
    emit("kLog", "(log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2", lambda k: 2 * inverse(2 * k + 3), 0, s * s, 7, lambda z: z)
    emit("kLog32", "the same, for float32", lambda k: 2 * inverse(2 * k + 3), 0, s * s, 4, lambda z: z)
    lo, hi = Decimal("0.7071") - 1, Decimal("1.41422") - 1
    emit("kLogSingle", "(log(1 + f) - f + f^2/2) / f^3, in float32", lambda k: inverse((-1) ** k * (k + 3)), lo, hi, 8,
         lambda x: x * x)
    emit("kPow", "(log((1 + s) / (1 - s)) - 2 s - 2/3 s^3) / s^5 in s^2", lambda k: 2 * inverse(2 * k + 5), 0, s * s, 9, lambda z: z * z)
    t = Decimal(7) / 16
    emit("kAtan", "(atan(t) - t) / t^3 in t^2", lambda k: inverse((-1) ** (k + 1) * (2 * k + 3)), 0, t * t, 11, lambda z: z)
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
    polynomials()
    print("// clang-format on\n\n}  // namespace nf::ir::elementary")


if __name__ == "__main__":
    main()
