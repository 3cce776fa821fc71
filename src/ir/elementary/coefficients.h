// Made by docs/why/coefficients.py: polynomials and constants of the elementary functions.
#pragma once
#include <cstdint>

namespace nf::ir::elementary {

// clang-format off
inline constexpr double kLog2E = 0x1.71547652b82fep+0;  ///< 1 / ln 2
inline constexpr double kLn2 = 0x1.62e42fefa39efp-1;  ///< ln 2
inline constexpr double kLn2Hi = 0x1.62e42fefa3000p-1;  ///< its first 41 bits: times an exponent it is exact
inline constexpr double kLn2Lo = 0x1.3de6af278ece6p-42;  ///< the rest
inline constexpr double kLn2Hi32 = 0x1.62e4000000000p-1;  ///< the first 15 bits: times an exponent of float32 it is a float32
inline constexpr double kLn2Lo32 = 0x1.7f7d1cf79abcap-20;  ///< the rest
inline constexpr double kLn2Top = 0x1.62e42f8000000p-1;  ///< the first 26 bits of ln 2
inline constexpr double kLn2Rest = 0x1.be8e7bcd5e4f2p-27;  ///< the rest
inline constexpr double kLog2ETop = 0x1.7154760000000p+0;  ///< the first 26 bits of 1 / ln 2
inline constexpr double kLog2ERest = 0x1.4ae0bf85ddf44p-26;  ///< the rest
inline constexpr double kLog10ETop = 0x1.bcb7b10000000p-2;  ///< the first 26 bits of 1 / ln 10
inline constexpr double kLog10ERest = 0x1.49b9438ca9aaep-28;  ///< the rest
inline constexpr double kLog10E = 0x1.bcb7b1526e50ep-2;  ///< 1 / ln 10
inline constexpr double kLog10Of2 = 0x1.34413509f79ffp-2;  ///< log10 2
inline constexpr double kLog10Of2Hi = 0x1.34413509f7000p-2;  ///< the first 41 bits of log10 2
inline constexpr double kLog10Of2Lo = 0x1.3fde623e2566bp-43;  ///< the rest
inline constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;  ///< 2 / pi
inline constexpr double kHalfPi1 = 0x1.921fb54440000p+0;  ///< the first 39 bits of pi / 2: exact times a number of 14 bits
inline constexpr double kHalfPi2 = 0x1.68c234c4c4000p-39;  ///< 39 more
inline constexpr double kHalfPi3 = 0x1.3145c06e0e689p-78;  ///< the rest
inline constexpr double kHalfPiCoarse = 0x1.921fb54000000p+0;  ///< the first 29 bits of pi / 2: exact times a number of 24 bits
inline constexpr double kHalfPiFine = 0x1.10b4611a62633p-30;  ///< the rest
inline constexpr double kOneOverPi = 0x1.45f306dc9c883p-2;  ///< 1 / pi
inline constexpr double kPiCoarse = 0x1.921fb54000000p+1;  ///< the first 29 bits of pi
inline constexpr double kPiFine = 0x1.10b4611a62633p-29;  ///< the rest
inline constexpr double kPiHi = 0x1.921fb54442d18p+1;  ///< pi, rounded
inline constexpr double kPiLo = 0x1.1a62633145c07p-53;  ///< what is missing
inline constexpr double kHalfPiHi = 0x1.921fb54442d18p+0;  ///< pi / 2, rounded
inline constexpr double kHalfPiLo = 0x1.1a62633145c07p-54;  ///< what is missing
inline constexpr double kQuarterPiHi = 0x1.921fb54442d18p-1;  ///< pi / 4, rounded
inline constexpr double kQuarterPiLo = 0x1.1a62633145c07p-55;  ///< what is missing
inline constexpr double kTwoThirdsHi = 0x1.5555555555555p-1;  ///< 2 / 3, rounded
inline constexpr double kTwoThirdsLo = 0x1.5555555555555p-55;  ///< what is missing
inline constexpr double kAtanHalfHi = 0x1.dac670561bb4fp-2;  ///< atan(1/2), rounded
inline constexpr double kAtanHalfLo = 0x1.a2b7f222f65e2p-56;  ///< what is missing
inline constexpr double kAtanThreeHalvesHi = 0x1.f730bd281f69bp-1;  ///< atan(3/2), rounded
inline constexpr double kAtanThreeHalvesLo = 0x1.007887af0cbbdp-56;  ///< what is missing
// 2 / pi in binary behind the point, behind one word of zeros
inline constexpr uint64_t kTwoOverPiBits[] = {0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d};
// (exp(r) - 1 - r - r^2/2) / r^3; error 2^-57.2
inline constexpr double kExp[] = {0x1.555555555555cp-3, 0x1.5555555553125p-5, 0x1.111111110e52ap-7, 0x1.6c16c17d0ca74p-10, 0x1.a01a01b6935b5p-13, 0x1.a019aa417e49bp-16, 0x1.71dde830134b3p-19, 0x1.28a07913707aep-22, 0x1.af79be0014ca1p-26};
// the same for functions that lose digits after it; error 2^-60.5
inline constexpr double kExpm1[] = {0x1.555555555555cp-3, 0x1.555555555555ap-5, 0x1.111111110ebb4p-7, 0x1.6c16c16c140ffp-10, 0x1.a01a01b3c067ap-13, 0x1.a01a01b217e8fp-16, 0x1.71ddef7cc0bd2p-19, 0x1.27e4c28ab9bddp-22, 0x1.af6d01ae58cfdp-26, 0x1.1f9a10f807881p-29};
// the same, in float32; error 2^-28.2
inline constexpr double kExpSingle[] = {0x1.555490899aa62p-3, 0x1.5554bed599e28p-5, 0x1.123a8a3a2e695p-7, 0x1.6d7ba66ea0064p-10};
// (exp(r) - 1) / r, for float32; error 2^-29.0
inline constexpr double kExp32[] = {0x1.000000a01e678p+0, 0x1.0000007504d43p-1, 0x1.5554052f8275cp-3, 0x1.555430c0834cfp-5, 0x1.126f84d1857adp-7, 0x1.6dd01a7d33e12p-10};
// the same, relative to exp(r) - 1; error 2^-32.0
inline constexpr double kExpm1For32[] = {0x1.ffffffffec17cp-1, 0x1.00000028b9aadp-1, 0x1.5555559600ed9p-3, 0x1.5554ac3005b40p-5, 0x1.11108562a60b3p-7, 0x1.6d75e949feb7bp-10, 0x1.a1ab6fd005ff4p-13};
// (sinh(r) - r) / r^3 in r^2; error 2^-61.0
inline constexpr double kSinh[] = {0x1.5555555555559p-3, 0x1.111111110f67dp-7, 0x1.a01a01affb425p-13, 0x1.71ddf8161ac67p-19, 0x1.af5f339292401p-26};
// (cosh(r) - 1) / r^2 in r^2; error 2^-68.7
inline constexpr double kCosh[] = {0x1.0000000000000p-1, 0x1.5555555555558p-5, 0x1.6c16c16c15018p-10, 0x1.a01a01ad7637ap-16, 0x1.27e4cc22b0a4bp-22, 0x1.1f8bc40deac3ap-29};
// (sinh(r) - r) / r^3 in r^2, for float32; error 2^-37.5
inline constexpr double kSinh32[] = {0x1.55555573b1874p-3, 0x1.1110b16b8f0efp-7, 0x1.a1708f8a0710ep-13};
// (cosh(r) - 1) / r^2 in r^2, for float32; error 2^-34.3
inline constexpr double kCosh32[] = {0x1.0000004458c19p-1, 0x1.55547e077d8cap-5, 0x1.6d9842b131c24p-10};
// (sin(r) - r) / r^3 in r^2; error 2^-56.7
inline constexpr double kSin[] = {-0x1.5555555555549p-3, 0x1.111111110f841p-7, -0x1.a01a019c0a278p-13, 0x1.71de3570fcc76p-19, -0x1.ae5e60c45055bp-26, 0x1.5d915e0dd0171p-33};
// (cos(r) - 1 + r^2/2) / r^4 in r^2; error 2^-59.5
inline constexpr double kCos[] = {0x1.555555555554cp-5, -0x1.6c16c16c15140p-10, 0x1.a01a019cab76ep-16, -0x1.27e4f805357ebp-22, 0x1.1ee9e891d583ep-29, -0x1.8facd1e5495a7p-37};
// (sin(r) - r) / r^3 in r^2, for float32; error 2^-28.0
inline constexpr double kSin32[] = {-0x1.555545813a099p-3, 0x1.1107566fc52a1p-7, -0x1.994b3f7ede152p-13};
// the same up to pi / 2, for float32; error 2^-27.6
inline constexpr double kSinFar32[] = {-0x1.55554cf095667p-3, 0x1.110eff71c60fbp-7, -0x1.9f77767eb9042p-13, 0x1.5e20630dceccap-19};
// (cos(r) - 1) / r^2 in r^2, for float32; error 2^-34.1
inline constexpr double kCos32[] = {-0x1.ffffffd0650abp-2, 0x1.55553dec9460dp-5, -0x1.6c086fee8ac2cp-10, 0x1.9930ab4752e99p-16};
// (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2; error 2^-58.5
inline constexpr double kLog[] = {0x1.5555555555593p-1, 0x1.999999997f9f4p-2, 0x1.249249422a728p-2, 0x1.c71c51d7afcd6p-3, 0x1.746649b56c00ep-3, 0x1.39a094fa3e4b7p-3, 0x1.2f118510ca4dbp-3};
// the same, for float32; error 2^-36.6
inline constexpr double kLog32[] = {0x1.555554fd148c3p-1, 0x1.999a7b9165de2p-2, 0x1.243891a059bbap-2, 0x1.e3016ab9b5a9fp-3};
// (log(1 + f) - f + f^2/2) / f^3, in float32; error 2^-27.3
inline constexpr double kLogSingle[] = {0x1.55554a31af2d9p-2, -0x1.00021fee6c922p-2, 0x1.99a595ed5751ap-3, -0x1.547884964a7bcp-3, 0x1.226e446a58f54p-3, -0x1.0ce0b363f0708p-3, 0x1.07d14bfa92beep-3, -0x1.41edec760dd89p-4};
// (log((1 + s) / (1 - s)) - 2 s - 2/3 s^3) / s^5 in s^2; error 2^-65.6
inline constexpr double kPow[] = {0x1.999999999999ap-2, 0x1.249249249246fp-2, 0x1.c71c71c722855p-3, 0x1.745d17417626dp-3, 0x1.3b13b314e560ap-3, 0x1.1110939f00065p-3, 0x1.e20bae3b9d451p-4, 0x1.aae8b3413f7bep-4, 0x1.c333dc77160c9p-4};
// (atan(t) - t) / t^3 in t^2; error 2^-56.9
inline constexpr double kAtan[] = {-0x1.555555555550dp-2, 0x1.999999998eb51p-3, -0x1.2492492006450p-3, 0x1.c71c6fe19e6f4p-4, -0x1.745cdc480c405p-4, 0x1.3b0f2a44c6f8dp-4, -0x1.10d663ad58eb1p-4, 0x1.dde2898f39b52p-5, -0x1.97b3997c767a0p-5, 0x1.2b41f1ca6695ap-5, -0x1.0acf6f102f75fp-6};
// (atan(t) - t) / t^3 in t^2, for float32; error 2^-29.6
inline constexpr double kAtan32[] = {-0x1.555541a8a2029p-2, 0x1.998de4b70287ap-3, -0x1.236e66d9ac007p-3, 0x1.add2152a002e1p-4, -0x1.dd34041f41a54p-5};
// (asin(t) - t) / t^3 in t^2, for float32; error 2^-31.7
inline constexpr double kAsin32[] = {0x1.55554c29b3233p-3, 0x1.333895345109fp-4, 0x1.6cab2f34c78bap-5, 0x1.04afa7c272774p-5, 0x1.d75da9e2c6a56p-7, 0x1.33f278095db16p-5};
// (asin(t) - t) / t^3 in t^2; error 2^-55.6
inline constexpr double kAsin[] = {0x1.5555555555382p-3, 0x1.33333333702a2p-4, 0x1.6db6db41683f6p-5, 0x1.f1c72c90ff82cp-6, 0x1.6e89ec0b56d9cp-6, 0x1.1c6c5cbd18fecp-6, 0x1.c6f44fdb5bebfp-7, 0x1.8f00a5429efd0p-7, 0x1.a9bcf5f421572p-8, 0x1.415da7b86af6ap-6, -0x1.0c06e1b3b3125p-6, 0x1.062dc32d85753p-5};
// clang-format on

}  // namespace nf::ir::elementary
