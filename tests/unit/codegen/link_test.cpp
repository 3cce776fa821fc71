// Linking: damaged objects are errors, and never crash the process.
#include <gtest/gtest.h>

#include <random>

#include "nearfield/error.h"
#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {

/// An object with code, constants, calls of the library and tables.
std::vector<std::byte> object() {
  StencilWriter writer(2);
  const ir::InstId x = writer.array(DType::Float64);
  const ir::InstId product =
      writer.binary(ir::BinaryOp::Mul, writer.at(x, {0, -1}), writer.constant(DType::Float64, 0.1));
  return compile(writer.finish({writer.emit(ir::Math{ir::MathFn::Log1p, {product}}, Type::scalar(DType::Float64))}),
                 host_target())
      .object;
}

TEST(Link, GivesTheFunctionsOfAnObject) {
  auto code = load(object());
  EXPECT_NE(code->symbol(0), nullptr);
  EXPECT_THROW(code->symbol(1), Error);
}

TEST(Link, CutOffObjectsAreErrors) {
  const std::vector<std::byte> whole = object();
  for (size_t size = 0; size < whole.size(); size += 7)
    EXPECT_THROW(load({whole.begin(), whole.begin() + ptrdiff_t(size)}), Error) << size;
}

TEST(Link, DamagedObjectsAreErrorsOrHarmless) {
  const std::vector<std::byte> whole = object();
  std::mt19937_64 random(1);
  int errors = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::byte> damaged = whole;
    for (int flips = 1 + i % 3; flips-- > 0;) damaged[random() % damaged.size()] ^= std::byte(1 << random() % 8);
    try {
      load(damaged);  // changed code and constants cannot be told; they are not run
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, ErrorKind::Internal) << error.what();
      ++errors;
    }
  }
  EXPECT_GT(errors, 1000);
}

TEST(Link, NamesTheFunctionThatIsMissing) {
  std::vector<std::byte> bytes = object();
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const size_t at = text.find("nf_run_stencil");
  ASSERT_NE(at, text.npos);
  bytes[at + 3] = std::byte{'b'};
  try {
    load(bytes);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message, "linking compiled code: there is no `nf_bun_stencil`");
  }
}

}  // namespace
}  // namespace nf::codegen::testing
