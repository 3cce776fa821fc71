// Layouts and type texts: what is read, what is refused, and that what is printed is read back.
#include "types/signature.h"

#include <gtest/gtest.h>

#include "nearfield/error.h"

namespace nf::types {
namespace {

template <class Parse>
std::string error_of(Parse parse) {
  try {
    parse();
  } catch (const Error& error) {
    return error.message;
  }
  return "no error";
}

TEST(GufuncLayout, IsReadWithAnyWhiteSpace) {
  GufuncLayout layout{{{"n", "m"}, {}}, {{"n"}}};
  EXPECT_EQ(parse_layout("(n,m),()->(n)"), layout);
  EXPECT_EQ(parse_layout(" ( n , m ) ,\t() ->  (n)\n"), layout);
}

TEST(GufuncLayout, IsReadBackAsPrinted) {
  for (const char* text :
       {"(n,m)->(n,m)", "()->()", "(n),(3)->(n,3)", "(n),()->", "(i_1),(j)->(i_1,j),()", "(m?,n),(n,p?)->(m?,p?)"})
    EXPECT_EQ(to_string(parse_layout(text)), text);
  EXPECT_EQ(to_string(parse_layout("(n)")), "(n)->");
}

TEST(GufuncLayout, SaysWhatIsWrong) {
  auto layout = [](const char* text) { return error_of([&] { parse_layout(text); }); };
  EXPECT_EQ(layout("(n"), "`(n` is not a gufunc layout: at column 3 it has the end where `)` should be");
  EXPECT_EQ(layout("n->n"), "`n->n` is not a gufunc layout: at column 1 it has `n` where `(` should be");
  EXPECT_EQ(layout("(n)->(n) x"),
            "`(n)->(n) x` is not a gufunc layout: at column 10 it has `x` where `,` or `->` should be");
  EXPECT_EQ(layout("(n+1)->()"), "`(n+1)->()` is not a gufunc layout: at column 3 it has `+` where `)` should be");
  EXPECT_EQ(layout("(n?)->(n)"), "`(n?)->(n)` is not a gufunc layout: `n` is optional at one place and not at another");
  EXPECT_EQ(layout("(3?)->()"), "`(3?)->()` is not a gufunc layout: the size `3` cannot be optional");
  EXPECT_EQ(layout("(2x)->()"), "`(2x)->()` is not a gufunc layout: `2x` is neither a name nor a size");
  EXPECT_EQ(layout("(,)->()"),
            "`(,)->()` is not a gufunc layout: at column 2 it has `,` where the name of a dimension should be");
  EXPECT_EQ(layout(""), "`` is not a gufunc layout: at column 1 it has the end where `(` should be");
}

TEST(SignatureText, TypesAreReadBackAsPrinted) {
  for (const char* text : {"uint8", "uint8[:]", "float64[:, :]", "bool[:, :, ::1]"})
    EXPECT_EQ(to_string(parse_type(text)), text);
  EXPECT_EQ(to_string(parse_type(" i1[:,:] ")), "int8[:, :]");
  EXPECT_EQ(parse_type("f4[::1, :]"), (SignatureType{DType::Float32, 2, false}));
}

TEST(SignatureText, EverySpellingIsRead) {
  Signature two{{{DType::Float64, 1, false}, {DType::Float64, 0, false}}, {}};
  EXPECT_EQ(parse_signature("void(f8[:], f8)"), two);
  EXPECT_EQ(parse_signature("f8[:], f8"), two);
  EXPECT_EQ(parse_signature("float64(int32)"),
            (Signature{{{DType::Int32, 0, false}}, SignatureType{DType::Float64, 0, false}}));
  EXPECT_EQ(parse_signature("f8()"), (Signature{{}, SignatureType{DType::Float64, 0, false}}));
  EXPECT_EQ(to_string(two), "void(float64[:], float64)");
}

TEST(SignatureText, SaysWhatIsWrong) {
  auto type = [](const char* text) { return error_of([&] { parse_type(text); }); };
  auto signature = [](const char* text) { return error_of([&] { parse_signature(text); }); };
  EXPECT_EQ(type("uint9[:]"), "`uint9[:]` is not a type: there is no type `uint9`");
  EXPECT_EQ(type("u1[:"), "`u1[:` is not a type: at column 5 it has the end where `]` should be");
  EXPECT_EQ(type("u1[3]"), "`u1[3]` is not a type: at column 4 it has `3` where `:` should be");
  EXPECT_EQ(type("u1[::2]"), "`u1[::2]` is not a type: at column 6 it has `2` where `1` should be");
  EXPECT_EQ(type("u1[:,:,:,:,:,:,:,:,:]"), "`u1[:,:,:,:,:,:,:,:,:]` is not a type: arrays have at most 8 dimensions");
  EXPECT_EQ(signature("void(f8[:]"),
            "`void(f8[:]` is not a signature of types: at column 11 it has the end where `)` should be");
  EXPECT_EQ(signature("f8(f8) f8"),
            "`f8(f8) f8` is not a signature of types: at column 8 it has `f` where the end should be");
}

TEST(SignatureText, MustBelongToTheLayout) {
  auto check = [](const char* types, const char* layout) {
    return error_of([&] { check_against_layout(parse_signature(types), parse_layout(layout)); });
  };
  EXPECT_EQ(check("i1[:,:], i1[:,:]", "(n,m)->(n,m)"), "no error");
  EXPECT_EQ(check("f8, f8[:], f8[:]", "(),()->()"), "no error");
  EXPECT_EQ(
      check("f8[:]", "(n)->(n)"),
      "the types `void(float64[:])` do not belong to the layout `(n)->(n)`: it has 2 operands, and there are 1 types");
  EXPECT_EQ(check("f8, f8", "()->()"),
            "the types `void(float64, float64)` do not belong to the layout `()->()`: output `float64` "
            "is a scalar, which cannot be written to");
  EXPECT_EQ(check("f8[:], f8[:]", "(n,m)->(n)"),
            "the types `void(float64[:], float64[:])` do not belong to the layout "
            "`(n,m)->(n)`: operand 1 has 2 core dimensions, and `float64[:]` has 1");
}

}  // namespace
}  // namespace nf::types
