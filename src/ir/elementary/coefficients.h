// Made by docs/why/coefficients.py: polynomials and constants of the elementary functions.
#pragma once
#include <cstdint>

namespace nf::ir::elementary {

// clang-format off
inline constexpr double kLog2E = 0x1.71547652b82fep+0;  ///< 1 / ln 2
inline constexpr double kLn2 = 0x1.62e42fefa39efp-1;  ///< ln 2
inline constexpr double kLn2Hi = 0x1.62e42fefa3000p-1;  ///< its first 41 bits: times an exponent it is exact
inline constexpr double kLn2Lo = 0x1.3de6af278ece6p-42;  ///< the rest
inline constexpr double kSixteenths = 0x1.71547652b82fep+4;  ///< 16 / ln 2
inline constexpr double kSixteenthHi = 0x1.62e42fefa0000p-5;  ///< the first 38 bits of ln 2 / 16: times a number of 15 bits it is exact
inline constexpr double kSixteenthLo = 0x1.cf79abc9e3b3ap-44;  ///< the rest
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
inline constexpr double kPiHi32 = 0x1.921fb60000000p+1;  ///< pi as a float32
inline constexpr double kPiLo32 = -0x1.777a5cf72cecep-24;  ///< the rest
inline constexpr double kHalfPiHi32 = 0x1.921fb60000000p+0;  ///< pi / 2 as a float32
inline constexpr double kHalfPiLo32 = -0x1.777a5cf72cecep-25;  ///< the rest
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
inline constexpr double kAtanHalfHi = 0x1.dac670561bb4fp-2;  ///< atan(1/2), rounded
inline constexpr double kAtanHalfLo = 0x1.a2b7f222f65e2p-56;  ///< what is missing
inline constexpr double kAtanThreeHalvesHi = 0x1.f730bd281f69bp-1;  ///< atan(3/2), rounded
inline constexpr double kAtanThreeHalvesLo = 0x1.007887af0cbbdp-56;  ///< what is missing
// 2 / pi in binary behind the point, behind one word of zeros
inline constexpr uint64_t kTwoOverPiBits[] = {0, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d};
// centres of the intervals of 1.375 + |x|, 8 in each octave
inline constexpr double kTanhCentre[] = {0x1.800000000002dp-1, 0x1.fffffffffff4fp-1, 0x1.4000000000037p+0, 0x1.8000000000081p+0, 0x1.bffffffffffb2p+0, 0x1.fffffffffffecp+0, 0x1.2000000000147p+1, 0x1.3fffffffffe2cp+1, 0x1.7000000000068p+1, 0x1.affffffffff27p+1, 0x1.f000000000008p+1, 0x1.17fffffffff9ep+2, 0x1.37fffffffffa7p+2, 0x1.57ffffffffde5p+2, 0x1.77ffffffff943p+2, 0x1.9800000001271p+2, 0x1.c7fffffffa79ep+2, 0x1.040000000a615p+3, 0x1.23ffffff8c783p+3, 0x1.43fffffe7fb8fp+3, 0x1.63fffff738404p+3, 0x1.840000a266ec3p+3, 0x1.a3fffa64d46eap+3, 0x1.c3ffd9b9a492dp+3, 0x1.f3ffb7bfe1568p+3, 0x1.19dc9df7850b1p+4, 0x1.2b708872320e2p+4, 0x0.0p+0, 0x0.0p+0, 0x0.0p+0, 0x1.c00000000008fp-2, 0x1.2000000000057p-1};
// their tanh
inline constexpr double kTanhThere[] = {0x1.45323e552f243p-1, 0x1.85efab514f34ap-1, 0x1.b2523bb6b2e0dp-1, 0x1.cf6f9786df5a6p-1, 0x1.e1fbf97e33515p-1, 0x1.ed9505e1bc3d1p-1, 0x1.f4bfd6c2dfd57p-1, 0x1.f9258260a7190p-1, 0x1.fcc04cdbcdc51p-1, 0x1.fecd6b7ea3124p-1, 0x1.ff8f21cdaaa63p-1, 0x1.ffd677867b57fp-1, 0x1.fff0b823ae6e6p-1, 0x1.fffa60da976aap-1, 0x1.fffdee8f80351p-1, 0x1.ffff3d3aa8e64p-1, 0x1.ffffd48a67f50p-1, 0x1.fffffa1e50522p-1, 0x1.ffffff343a3e1p-1, 0x1.ffffffe46c21ep-1, 0x1.fffffffc448d0p-1, 0x1.ffffffff7eb1bp-1, 0x1.ffffffffee801p-1, 0x1.fffffffffda1bp-1, 0x1.ffffffffffe1dp-1, 0x1.ffffffffffff7p-1, 0x1.fffffffffffffp-1, 0x0.0p+0, 0x0.0p+0, 0x0.0p+0, 0x1.a5729ee4880aep-2, 0x1.05086f2f6d4f7p-1};
// centres of the intervals of 0.625 + |x|, 8 in each octave
inline constexpr double kTanhCentre32[] = {0x1.8001160000000p+0, 0x1.bfff900000000p+0, 0x1.0001fe0000000p+1, 0x1.1ffe800000000p+1, 0x1.3fff660000000p+1, 0x1.5ffe740000000p+1, 0x1.8003a80000000p+1, 0x1.a0006e0000000p+1, 0x1.d001180000000p+1, 0x1.0800160000000p+2, 0x1.27ff240000000p+2, 0x1.48027a0000000p+2, 0x1.6808640000000p+2, 0x1.87e9a40000000p+2, 0x1.a809580000000p+2, 0x1.c79ab80000000p+2, 0x1.f704060000000p+2, 0x1.1542460000000p+3, 0x0.0p+0, 0x1.8097e40000000p-4, 0x1.3fffa00000000p-3, 0x1.bffed40000000p-3, 0x1.1ffe3a0000000p-2, 0x1.6000680000000p-2, 0x1.c000ce0000000p-2, 0x1.2000dc0000000p-1, 0x1.6000380000000p-1, 0x1.9fff5e0000000p-1, 0x1.dfffb00000000p-1, 0x1.0fff3c0000000p+0, 0x1.2fff900000000p+0, 0x1.4fffb40000000p+0};
// coefficient 0 of tanh(centre + t) in each interval
inline constexpr double kTanh0Of32[] = {0x1.cf6ffc0000000p-1, 0x1.e1fbe00000000p-1, 0x1.ed95960000000p-1, 0x1.f4bf940000000p-1, 0x1.f925720000000p-1, 0x1.fbd4f00000000p-1, 0x1.fd77f60000000p-1, 0x1.fe767c0000000p-1, 0x1.ff45fa0000000p-1, 0x1.ffbb880000000p-1, 0x1.ffe6ce0000000p-1, 0x1.fff6bc0000000p-1, 0x1.fffc980000000p-1, 0x1.fffebe0000000p-1, 0x1.ffff8a0000000p-1, 0x1.ffffd40000000p-1, 0x1.fffff60000000p-1, 0x1.fffffe0000000p-1, 0x0.0p+0, 0x1.7f77920000000p-4, 0x1.3d6b6a0000000p-3, 0x1.b8fbe60000000p-3, 0x1.18a1f60000000p-2, 0x1.52c3220000000p-2, 0x1.a5734a0000000p-2, 0x1.0509120000000p-1, 0x1.3158040000000p-1, 0x1.5788a60000000p-1, 0x1.77d8140000000p-1, 0x1.92bf1e0000000p-1, 0x1.a8db860000000p-1, 0x1.bad4e40000000p-1};
// coefficient 1 of tanh(centre + t) in each interval
inline constexpr double kTanh1Of32[] = {0x1.7213940000000p-3, 0x1.d22dd80000000p-4, 0x1.2159b20000000p-4, 0x1.6418120000000p-5, 0x1.b3b3040000000p-6, 0x1.09ad6a0000000p-6, 0x1.43372c0000000p-7, 0x1.88ebce0000000p-8, 0x1.73b9880000000p-9, 0x1.11c2960000000p-10, 0x1.9305a60000000p-12, 0x1.28713c0000000p-13, 0x1.b3ecc80000000p-15, 0x1.41f2520000000p-16, 0x1.d7ec840000000p-18, 0x1.5ff1760000000p-19, 0x1.3f27e80000000p-21, 0x1.002a460000000p-23, 0x1.0000000000000p+0, 0x1.fb83320000000p-1, 0x1.f3b3660000000p-1, 0x1.e842ea0000000p-1, 0x1.d98baa0000000p-1, 0x1.c7f7040000000p-1, 0x1.a945740000000p-1, 0x1.7aea400000000p-1, 0x1.49e6940000000p-1, 0x1.1980460000000p-1, 0x1.d835500000000p-2, 0x1.8663440000000p-2, 0x1.3ee8200000000p-2, 0x1.01fc300000000p-2};
// coefficient 2 of tanh(centre + t) in each interval
inline constexpr double kTanh2Of32[] = {-0x1.4efa2a0000000p-3, -0x1.b6d9f80000000p-4, -0x1.16f1b40000000p-4, -0x1.5c451c0000000p-5, -0x1.adde540000000p-6, -0x1.0783f40000000p-6, -0x1.419e480000000p-7, -0x1.87be1c0000000p-8, -0x1.7336e00000000p-9, -0x1.11a13a0000000p-10, -0x1.92f6ba0000000p-12, -0x1.286f140000000p-13, -0x1.b3ed900000000p-15, -0x1.41f8380000000p-16, -0x1.d7efe40000000p-18, -0x1.6003580000000p-19, -0x1.3fe7f80000000p-21, -0x1.022f680000000p-23, 0x1.8edd700000000p-18, -0x1.7c1a160000000p-4, -0x1.35cb380000000p-3, -0x1.a4899a0000000p-3, -0x1.038e240000000p-2, -0x1.2dafd40000000p-2, -0x1.5e0f440000000p-2, -0x1.825e4e0000000p-2, -0x1.897d400000000p-2, -0x1.79c13e0000000p-2, -0x1.5aa2600000000p-2, -0x1.3315b20000000p-2, -0x1.08a0fe0000000p-2, -0x1.be44020000000p-3};
// coefficient 3 of tanh(centre + t) in each interval
inline constexpr double kTanh3Of32[] = {0x1.677a4a0000000p-4, 0x1.02054c0000000p-4, 0x1.59aef60000000p-5, 0x1.bd1c0c0000000p-6, 0x1.17cb240000000p-6, 0x1.5ad6960000000p-7, 0x1.aa230e0000000p-8, 0x1.0491aa0000000p-8, 0x1.f52aba0000000p-10, 0x1.7226100000000p-11, 0x1.10bfc00000000p-12, 0x1.9164d40000000p-14, 0x1.272b180000000p-15, 0x1.b407440000000p-17, 0x1.3f90de0000000p-18, 0x1.dca3b80000000p-20, 0x1.c5b4480000000p-22, 0x1.525bf20000000p-24, -0x1.55ecc00000000p-2, -0x1.4955d80000000p-2, -0x1.3508800000000p-2, -0x1.1828620000000p-2, -0x1.e906c00000000p-3, -0x1.9849c00000000p-3, -0x1.16eb840000000p-3, -0x1.be38840000000p-5, 0x1.d098580000000p-7, 0x1.064c1a0000000p-4, 0x1.8326140000000p-4, 0x1.bcef180000000p-4, 0x1.c4a4e40000000p-4, 0x1.abb2d00000000p-4};
// coefficient 4 of tanh(centre + t) in each interval
inline constexpr double kTanh4Of32[] = {-0x1.95fa1c0000000p-6, -0x1.808bb80000000p-6, -0x1.2539fa0000000p-6, -0x1.94702e0000000p-7, -0x1.0855980000000p-7, -0x1.4f2c680000000p-8, -0x1.a17e0c0000000p-9, -0x1.014bf20000000p-9, -0x1.f163220000000p-11, -0x1.70b56c0000000p-12, -0x1.1007c80000000p-13, -0x1.90afc60000000p-15, -0x1.26e5de0000000p-16, -0x1.b22a420000000p-18, -0x1.3f56400000000p-19, -0x1.d686f80000000p-21, -0x1.b6588c0000000p-23, -0x1.e0d6ae0000000p-26, 0x1.0592360000000p-6, 0x1.e81c760000000p-5, 0x1.8c15d60000000p-4, 0x1.042bc00000000p-3, 0x1.329c380000000p-3, 0x1.4fe1dc0000000p-3, 0x1.5b782e0000000p-3, 0x1.3a2dac0000000p-3, 0x1.e9ec280000000p-4, 0x1.47cd960000000p-4, 0x1.63bfca0000000p-5, 0x1.dbbe920000000p-7, -0x1.6ac0960000000p-8, -0x1.211b320000000p-6};
// centres of the intervals around k/15
inline constexpr double kAtanCentre[] = {0x0.0p+0, 0x1.1111111110fe9p-4, 0x1.1111111110ff5p-3, 0x1.9999999998a0ap-3, 0x1.1111111111027p-2, 0x1.5555555555d23p-2, 0x1.999999999998cp-2, 0x1.dddddddddde32p-2, 0x1.11111111110a3p-1, 0x1.3333333333336p-1, 0x1.5555555555559p-1, 0x1.77777777777c9p-1, 0x1.999999999998cp-1, 0x1.bbbbbbbbbbbdap-1, 0x1.dddddddddde2dp-1, 0x1.fffffffffffffp-1};
// their atan
inline constexpr double kAtanThere[] = {0x0.0p+0, 0x1.10a9c765f35fdp-4, 0x1.0f772d81fdaf4p-3, 0x1.94441f8f71715p-3, 0x1.0adb5a7741b29p-2, 0x1.4978fa326a5e7p-2, 0x1.85a376b677db4p-2, 0x1.bf1b30afc7360p-2, 0x1.f5b75f92c8032p-2, 0x1.14b1dd5f90ce3p-1, 0x1.2d0ead6066398p-1, 0x1.43f7a7c1d53fcp-1, 0x1.5977a5103ea8ap-1, 0x1.6d9d4bc9d5839p-1, 0x1.8079c6293af0ap-1, 0x1.921fb54442d18p-1};
// centres of the intervals around k/15
inline constexpr double kAtanCentre32[] = {0x0.0p+0, 0x1.10ffb20000000p-4, 0x1.1112820000000p-3, 0x1.997a820000000p-3, 0x1.1112ea0000000p-2, 0x1.55555e0000000p-2, 0x1.99914e0000000p-2, 0x1.ddd88e0000000p-2, 0x1.1110ba0000000p-1, 0x1.33385e0000000p-1, 0x1.55555c0000000p-1, 0x1.7778c40000000p-1, 0x1.99920c0000000p-1, 0x1.bbbb220000000p-1, 0x1.dddd0c0000000p-1, 0x1.fff8320000000p-1};
// coefficient 0 of atan(centre + t) in each interval
inline constexpr double kAtanThere32[] = {0x0.0p+0, 0x1.10987c0000000p-4, 0x1.0f78980000000p-3, 0x1.94263a0000000p-3, 0x1.0add140000000p-2, 0x1.4979020000000p-2, 0x1.859c500000000p-2, 0x1.bf16d40000000p-2, 0x1.f5b6d80000000p-2, 0x1.14b5aa0000000p-1, 0x1.2d0eb20000000p-1, 0x1.43f8800000000p-1, 0x1.59730a0000000p-1, 0x1.6d9cf40000000p-1, 0x1.8079560000000p-1, 0x1.921bce0000000p-1};
// coefficient 1 of atan(centre + t) - t in each interval
inline constexpr double kAtanSlope32[] = {0x0.0p+0, -0x1.21d7b80000000p-8, -0x1.1e32240000000p-6, -0x1.3ae5c80000000p-5, -0x1.0ff2740000000p-4, -0x1.9999ac0000000p-4, -0x1.1a71b60000000p-3, -0x1.6e38d60000000p-3, -0x1.c588680000000p-3, -0x1.0f15c20000000p-2, -0x1.3b13b80000000p-2, -0x1.661c3e0000000p-2, -0x1.8f931a0000000p-2, -0x1.b739cc0000000p-2, -0x1.dcba680000000p-2, -0x1.fff8320000000p-2};
// coefficient 2 of atan(centre + t) in each interval
inline constexpr double kAtan2Of32[] = {0x1.6e1c580000000p-20, -0x1.0e95680000000p-4, -0x1.079d480000000p-3, -0x1.7a9a420000000p-3, -0x1.dc08a20000000p-3, -0x1.147ae00000000p-2, -0x1.3063820000000p-2, -0x1.423ac00000000p-2, -0x1.4b07c60000000p-2, -0x1.4c2dc00000000p-2, -0x1.4732000000000p-2, -0x1.3d8cc60000000p-2, -0x1.3097cc0000000p-2, -0x1.216b260000000p-2, -0x1.10fc600000000p-2, -0x1.0003c00000000p-2};
// coefficient 3 of atan(centre + t) in each interval
inline constexpr double kAtan3Of32[] = {-0x1.5596540000000p-2, -0x1.4c15ea0000000p-2, -0x1.3247b20000000p-2, -0x1.0aee4c0000000p-2, -0x1.b4e1120000000p-3, -0x1.4bca9a0000000p-3, -0x1.c733b20000000p-4, -0x1.068ac00000000p-4, -0x1.7be38c0000000p-6, 0x1.58258a0000000p-7, 0x1.2d238e0000000p-5, 0x1.cbcd8e0000000p-5, 0x1.1c694c0000000p-4, 0x1.3e6e260000000p-4, 0x1.500e5e0000000p-4, 0x1.5590540000000p-4};
// coefficient 4 of atan(centre + t) in each interval
inline constexpr double kAtan4Of32[] = {0x1.a3e5a00000000p-7, 0x1.04885a0000000p-4, 0x1.f0dd4c0000000p-4, 0x1.4f218e0000000p-3, 0x1.80bf6a0000000p-3, 0x1.8dba460000000p-3, 0x1.7bd6480000000p-3, 0x1.53e2820000000p-3, 0x1.1f36ca0000000p-3, 0x1.cc05960000000p-4, 0x1.5cd2340000000p-4, 0x1.f13c820000000p-5, 0x1.46cb8e0000000p-5, 0x1.78fadc0000000p-6, 0x1.43766e0000000p-7, 0x1.0fc3d40000000p-9};
// 1 / c for centres c of the intervals of [3/4, 3/2)
inline constexpr double kPowerInverse32[] = {0x1.0000000000000p+0, 0x1.d420000000000p-1, 0x1.bac0000000000p-1, 0x1.a420000000000p-1, 0x1.8fa0000000000p-1, 0x1.7d00000000000p-1, 0x1.6c20000000000p-1, 0x1.5ca0000000000p-1, 0x1.4e60000000000p+0, 0x1.4140000000000p+0, 0x1.3520000000000p+0, 0x1.29e0000000000p+0, 0x1.1f70000000000p+0, 0x1.15b0000000000p+0, 0x1.0c90000000000p+0, 0x1.0000000000000p+0};
// log2 c
inline constexpr double kPowerLog32[] = {0x0.0p+0, 0x1.08b438e517a8cp-3, 0x1.ad5dc4700fe7bp-3, 0x1.242c4835c0306p-2, 0x1.6e13af9f3a147p-2, 0x1.b495d4e9185f7p-2, 0x1.f782d47292571p-2, 0x1.1be33373eb0dfp-1, -0x1.8a9228a043cdep-2, -0x1.4f69f5d83063dp-2, -0x1.16935d34fb22ap-2, -0x1.bf9e14fc5c710p-3, -0x1.563adff6b1d08p-3, -0x1.e089492ee60abp-4, -0x1.1b1758b034631p-4, 0x0.0p+0};
// 2^(k/16)
inline constexpr double kPowerOfTwo[] = {0x1.0000000000000p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0, 0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0, 0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0, 0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0};
// what is missing
inline constexpr double kPowerOfTwoLo[] = {0x0.0p+0, 0x1.8a62e4adc610bp-54, -0x1.19041b9d78a76p-55, 0x1.9b07eb6c70573p-54, 0x1.6f46ad23182e4p-55, 0x1.ada0911f09ebcp-55, 0x1.d4397afec42e2p-56, 0x1.6324c054647adp-54, -0x1.bdd3413b26456p-54, -0x1.41577ee04992fp-55, 0x1.6e9f156864b27p-54, 0x1.c7c46b071f2bep-56, 0x1.7a1cd345dcc81p-54, 0x1.11065895048ddp-55, 0x1.2ed02d75b3707p-55, -0x1.e9c23179c2893p-54};
// 1 / c in 10 bits for centres c of 32 intervals of [3/4, 3/2)
inline constexpr double kPowerInverse[] = {0x1.0000000000000p+0, 0x1.e900000000000p-1, 0x1.db00000000000p-1, 0x1.ce00000000000p-1, 0x1.c100000000000p-1, 0x1.b500000000000p-1, 0x1.aa00000000000p-1, 0x1.9f00000000000p-1, 0x1.9500000000000p-1, 0x1.8b00000000000p-1, 0x1.8200000000000p-1, 0x1.7900000000000p-1, 0x1.7000000000000p-1, 0x1.6800000000000p-1, 0x1.6000000000000p-1, 0x1.5900000000000p-1, 0x1.5200000000000p+0, 0x1.4b00000000000p+0, 0x1.4480000000000p+0, 0x1.3e00000000000p+0, 0x1.3800000000000p+0, 0x1.3200000000000p+0, 0x1.2c80000000000p+0, 0x1.2700000000000p+0, 0x1.2200000000000p+0, 0x1.1d00000000000p+0, 0x1.1800000000000p+0, 0x1.1380000000000p+0, 0x1.0f00000000000p+0, 0x1.0a80000000000p+0, 0x1.0600000000000p+0, 0x1.0000000000000p+0};
// log c, as multiples of 2^-42
inline constexpr double kPowerThere[] = {0x0.0p+0, 0x1.788595a358000p-5, 0x1.333d7f8184000p-4, 0x1.a4e7640b1c000p-4, 0x1.0ce7ecdccc000p-3, 0x1.4462b9dc9c000p-3, 0x1.7898d85444000p-3, 0x1.ae2ca6f672000p-3, 0x1.e020cc6236000p-3, 0x1.09aa572e6c000p-2, 0x1.214456d0ec000p-2, 0x1.396ce359bc000p-2, 0x1.522ae0738a000p-2, 0x1.68ac83e9c7000p-2, 0x1.7fafa3bd81000p-2, 0x1.9441434a03000p-2, -0x1.1c898c169a000p-2, -0x1.071b85fcd6000p-2, -0x1.e598ed5a88000p-3, -0x1.bc286742d8000p-3, -0x1.9525a9cf46000p-3, -0x1.6d60fe719e000p-3, -0x1.483bccce6e000p-3, -0x1.2266f190a6000p-3, -0x1.fec9131dc0000p-4, -0x1.b78c82bb10000p-4, -0x1.6f0d28ae58000p-4, -0x1.2cb0283f5c000p-4, -0x1.d276b8adb0000p-5, -0x1.494acc34d8000p-5, -0x1.7b91b07d60000p-6, 0x0.0p+0};
// what is missing
inline constexpr double kPowerThereLo[] = {0x0.0p+0, -0x1.08b0d083b3a4cp-46, -0x1.692b6a81b8848p-49, -0x1.e42b6b94407c8p-47, 0x1.4652dabff5447p-46, -0x1.84858a711b062p-44, 0x1.8e67be3dbaf3fp-44, 0x1.7a8d5ae54f550p-44, -0x1.52b00adb91424p-45, 0x1.b50a1e1734342p-44, -0x1.caf0428b728a3p-44, -0x1.5839c5663663dp-47, 0x1.ebe708164c759p-45, -0x1.7af966c548a30p-44, 0x1.46fb79bf6d4cbp-44, 0x1.2cb81c95fff43p-45, 0x1.81410e5c62affp-44, 0x1.bcb8ba3e01a11p-44, 0x1.d134bcf1e98a1p-47, -0x1.9ac53f39d121cp-44, 0x1.297137d9f158fp-44, 0x1.bc6e557134767p-44, -0x1.eea52723f6369p-46, 0x1.4d20ab840e7f6p-45, 0x1.54555d1ae6607p-44, 0x1.25ef7bc3987e7p-44, 0x1.4b4641b664613p-44, -0x1.e1ee2ca657021p-44, -0x1.6a423c78a64b0p-46, -0x1.11c78a56fd247p-45, 0x1.3b955b602ace4p-44, 0x0.0p+0};
// centres of the intervals of [3/4, 3/2)
inline constexpr double kLogCentre[] = {0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.27fdcf22dbc54p+0, 0x1.37fcbfc295878p+0, 0x1.4801822eb289cp+0, 0x1.58032a0c6672bp+0, 0x1.6800b2d081a3ap+0, 0x1.77fdeb640c42fp+0, 0x1.87fc327a043dfp-1, 0x1.9805bf2b9b519p-1, 0x1.a7ffe89984ffcp-1, 0x1.b800612233080p-1, 0x1.c801ffb88e511p-1, 0x1.d805e6e7360b8p-1, 0x1.0000000000000p+0, 0x1.0000000000000p+0};
// 1 / centre
inline constexpr double kLogInverse[] = {0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.bad2d85d306b3p-1, 0x1.a41ea2487de7fp-1, 0x1.8f9a427d474a1p-1, 0x1.7d0272e50eca9p-1, 0x1.6c160c9400afbp-1, 0x1.5c9a708656a45p-1, 0x1.4e6148dfd8663p+0, 0x1.413cbaef425b6p+0, 0x1.3521e0c24a65dp+0, 0x1.29e3d0db471cdp+0, 0x1.1f6f054d926dep+0, 0x1.15ae6d16fa51cp+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0};
// their logarithms
inline constexpr double kLogThere[] = {0x0.0p+0, 0x0.0p+0, 0x1.294606e15c000p-3, 0x1.951052ca56000p-3, 0x1.fb9af21962000p-3, 0x1.2e9796f191000p-2, 0x1.5d1dd895bd000p-2, 0x1.899d8de579000p-2, -0x1.1182d743af000p-2, -0x1.d0e6a6a79c000p-3, -0x1.823c875c44000p-3, -0x1.365e06e4b0000p-3, -0x1.da6081bf98000p-4, -0x1.4cfdde92fc000p-4, 0x0.0p+0, 0x0.0p+0};
// centres of the intervals of [3/4, 3/2)
inline constexpr double kLogCentre32[] = {0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.285aa60000000p+0, 0x1.37d5b60000000p+0, 0x1.47d6c40000000p+0, 0x1.58c9100000000p+0, 0x1.683df20000000p+0, 0x1.77e8ca0000000p+0, 0x1.8891ec0000000p-1, 0x1.9885100000000p-1, 0x1.a8ccc20000000p-1, 0x1.b882a80000000p-1, 0x1.c899900000000p-1, 0x1.d716320000000p-1, 0x1.0000000000000p+0, 0x1.0000000000000p+0};
// 1 / centre
inline constexpr double kLogInverse32[] = {0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.ba48200000000p-1, 0x1.a4533a0000000p-1, 0x1.8fce5c0000000p-1, 0x1.7c27c20000000p-1, 0x1.6bd8260000000p-1, 0x1.5cae080000000p-1, 0x1.4de1c00000000p+0, 0x1.40d89e0000000p+0, 0x1.348cce0000000p+0, 0x1.298bb80000000p+0, 0x1.1f0f9c0000000p+0, 0x1.163bb80000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0};
// their logarithms
inline constexpr double kLogThere32[] = {0x0.0p+0, 0x0.0p+0, 0x1.2bc8000000000p-3, 0x1.9410000000000p-3, 0x1.fa90000000000p-3, 0x1.30e4000000000p-2, 0x1.5dcc000000000p-2, 0x1.8964000000000p-2, -0x1.0ffc000000000p-2, -0x1.ce68000000000p-3, -0x1.7e60000000000p-3, -0x1.3400000000000p-3, -0x1.d510000000000p-4, -0x1.5520000000000p-4, 0x0.0p+0, 0x0.0p+0};
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
// (tanh(t) - t) / t^3 in t^2; error 2^-59.4
inline constexpr double kTanh[] = {-0x1.555555555554ep-2, 0x1.11111111100ebp-3, -0x1.ba1ba1b88cd2ap-5, 0x1.664f47ebb4718p-6, -0x1.226e14f39f0f2p-7, 0x1.d6cb635d9bcf1p-9, -0x1.7cf5b595341f1p-10, 0x1.2cd412f2036efp-11, -0x1.7c1fbda4ac904p-13};
// (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2, near 1; error 2^-61.6
inline constexpr double kLogNear[] = {0x1.5555555555567p-1, 0x1.9999999977288p-2, 0x1.249249d725e50p-2, 0x1.c71949eae8c6ap-3, 0x1.7799d23e759abp-3};
// (log(1 + f) - f) / f^2, near 1, for float32; error 2^-28.4
inline constexpr double kLogNear32[] = {-0x1.fffff647a8702p-2, 0x1.5555b3b73a5cap-2, -0x1.00205527fcf2fp-2, 0x1.99b766d283ea8p-3, -0x1.27ff8d171ade7p-3};
// log2(1 + f) / f, for float32; error 2^-39.5
inline constexpr double kPowerLog2For32[] = {0x1.71547652b94d3p+0, -0x1.7154765190fb7p-1, 0x1.ec709ce3e32e9p-2, -0x1.715493ca8933bp-2, 0x1.277e580773326p-2, -0x1.ec2df39fdc18dp-3, 0x1.820fbfc84a08fp-3};
// (log(1 + r) - r + r^2/2) / r^3; error 2^-65.7
inline constexpr double kPowerLog[] = {0x1.5555555555560p-2, -0x1.000000000000dp-2, 0x1.99999999300ccp-3, -0x1.5555554c76715p-3, 0x1.24925240d9192p-3, -0x1.00016370c2e0fp-3, 0x1.c6b6dd0a2f270p-4, -0x1.7f22948486edbp-4};
// (exp(r) - 1 - r) / r^2; error 2^-65.1
inline constexpr double kExpSixteenth[] = {0x1.0000000000004p-1, 0x1.555555555555ap-3, 0x1.555555547ea96p-5, 0x1.111111107ce41p-7, 0x1.6c184226602f8p-10, 0x1.a01b9f86f45e0p-13};
// (2^r - 1) / r, for float32; error 2^-29.2
inline constexpr double kPowerExp2For32[] = {0x1.62e42feb1ddb2p-1, 0x1.ebfff45b00451p-3, 0x1.c6b469f339e4fp-5};
// (log((1 + s) / (1 - s)) - 2 s) / s^3 in s^2; error 2^-58.5
inline constexpr double kLog[] = {0x1.5555555555593p-1, 0x1.999999997f9f4p-2, 0x1.249249422a728p-2, 0x1.c71c51d7afcd6p-3, 0x1.746649b56c00ep-3, 0x1.39a094fa3e4b7p-3, 0x1.2f118510ca4dbp-3};
// the same, for float32; error 2^-36.6
inline constexpr double kLog32[] = {0x1.555554fd148c3p-1, 0x1.999a7b9165de2p-2, 0x1.243891a059bbap-2, 0x1.e3016ab9b5a9fp-3};
// (atan(t) - t) / t^3 in t^2; error 2^-56.9
inline constexpr double kAtan[] = {-0x1.555555555550dp-2, 0x1.999999998eb51p-3, -0x1.2492492006450p-3, 0x1.c71c6fe19e6f4p-4, -0x1.745cdc480c405p-4, 0x1.3b0f2a44c6f8dp-4, -0x1.10d663ad58eb1p-4, 0x1.dde2898f39b52p-5, -0x1.97b3997c767a0p-5, 0x1.2b41f1ca6695ap-5, -0x1.0acf6f102f75fp-6};
// the same, near 0; error 2^-61.3
inline constexpr double kAtanNear[] = {-0x1.55555555554a5p-2, 0x1.99999996aaa2fp-3, -0x1.24922a1ce4534p-3, 0x1.c619a96972307p-4};
// (atan(t) - t) / t^3 in t^2, for float32; error 2^-29.6
inline constexpr double kAtan32[] = {-0x1.555541a8a2029p-2, 0x1.998de4b70287ap-3, -0x1.236e66d9ac007p-3, 0x1.add2152a002e1p-4, -0x1.dd34041f41a54p-5};
// (asin(t) - t) / t^3 in t^2, for float32; error 2^-31.7
inline constexpr double kAsin32[] = {0x1.55554c29b3233p-3, 0x1.333895345109fp-4, 0x1.6cab2f34c78bap-5, 0x1.04afa7c272774p-5, 0x1.d75da9e2c6a56p-7, 0x1.33f278095db16p-5};
// (asin(t) - t) / t^3 in t^2; error 2^-55.6
inline constexpr double kAsin[] = {0x1.5555555555382p-3, 0x1.33333333702a2p-4, 0x1.6db6db41683f6p-5, 0x1.f1c72c90ff82cp-6, 0x1.6e89ec0b56d9cp-6, 0x1.1c6c5cbd18fecp-6, 0x1.c6f44fdb5bebfp-7, 0x1.8f00a5429efd0p-7, 0x1.a9bcf5f421572p-8, 0x1.415da7b86af6ap-6, -0x1.0c06e1b3b3125p-6, 0x1.062dc32d85753p-5};
// clang-format on

}  // namespace nf::ir::elementary
