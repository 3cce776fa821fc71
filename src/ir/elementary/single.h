// A float32 for the functions that compute in float32: constants are rounded to it, and nothing becomes a double.
#pragma once
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace nf::ir::elementary {

struct Single {
  float value;
};

/// Added to a number below 2^22 it leaves the nearest integer in the low bits.
inline constexpr double kShift32 = 0x1.8p23;

#define NF_OPERATOR(op)                                                                  \
  inline Single operator op(Single a, Single b) { return {float(a.value op b.value)}; }  \
  inline Single operator op(Single a, double b) { return {float(a.value op float(b))}; } \
  inline Single operator op(double a, Single b) { return {float(float(a) op b.value)}; }
NF_OPERATOR(+)
NF_OPERATOR(-)
NF_OPERATOR(*)
NF_OPERATOR(/)
#undef NF_OPERATOR

#define NF_COMPARISON(op)                                                    \
  inline bool operator op(Single a, Single b) { return a.value op b.value; } \
  inline bool operator op(Single a, double b) { return a.value op float(b); }
NF_COMPARISON(<)
NF_COMPARISON(>)
NF_COMPARISON(==)
NF_COMPARISON(!=)
#undef NF_COMPARISON

inline uint32_t to_bits(Single x) { return std::bit_cast<uint32_t>(x.value); }
inline Single from_bits(uint32_t bits) { return {std::bit_cast<float>(bits)}; }
inline Single magnitude(Single x) { return {std::fabs(x.value)}; }
inline Single operator-(Single x) { return {-x.value}; }
inline Single square_root(Single x) { return {std::sqrt(x.value)}; }
/// The first 12 bits; 12 are left.
inline Single upper_half(Single x) { return from_bits(to_bits(x) & ~uint32_t(0xFFF)); }
inline Single with_sign(Single x, Single sign) { return {std::copysign(x.value, sign.value)}; }
template <size_t N>
Single look_up(Single, const double (&numbers)[N], uint32_t index) {
  return {float(numbers[index % N])};
}
inline double widened(Single x) { return x.value; }
inline Single narrowed(double x) { return {float(x)}; }
inline Single constant_like(Single, double constant) { return {float(constant)}; }
inline Single select(bool condition, Single a, Single b) { return condition ? a : b; }
inline Single select(bool condition, double a, Single b) { return condition ? Single{float(a)} : b; }
inline Single select(bool condition, Single a, double b) { return condition ? a : Single{float(b)}; }
inline uint32_t select(bool condition, uint32_t a, uint32_t b) { return condition ? a : b; }

}  // namespace nf::ir::elementary
