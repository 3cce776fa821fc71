// The public `explain`: what it is given when there are no arrays, and its text.
#include "nearfield/explain.h"

#include <cstring>

#include "api/convert.h"
#include "engine/arguments.h"
#include "engine/explain.h"
#include "types/signature.h"

namespace nf {
namespace {

/// Values that no kernel minds: small, not negative, not all alike.
void fill(const View& view) {
  auto write = [&](auto element) {
    auto* to = static_cast<decltype(element)*>(view.data);
    uint32_t state = 1;
    for (int64_t i = 0; i < view.size(); ++i) {
      state = state * 1664525 + 1013904223;
      to[i] = decltype(element)(1 + (state >> 26));  // 1..64
    }
  };
  switch (view.dtype) {
    case DType::Bool: std::memset(view.data, 1, size_t(view.size())); break;
    case DType::Int8:
    case DType::UInt8: write(uint8_t{}); break;
    case DType::Int16:
    case DType::UInt16: write(uint16_t{}); break;
    case DType::Int32:
    case DType::UInt32: write(uint32_t{}); break;
    case DType::Int64:
    case DType::UInt64: write(uint64_t{}); break;
    case DType::Float32: write(float{}); break;
    case DType::Float64: write(double{}); break;
  }
}

Scalar one(DType dtype) {
  return is_float(dtype) ? (dtype == DType::Float32 ? Scalar::of(dtype, 1.0f) : Scalar::of(dtype, 1.0))
                         : Scalar::of(dtype, uint64_t(1));
}

}  // namespace

std::vector<Type> types_of(const std::vector<std::string>& texts, bool stencil) {
  std::vector<Type> types;
  for (const std::string& text : texts) {
    SignatureType type = types::parse_type(text);
    Layout layout = stencil || type.contiguous ? Layout::C : Layout::Any;
    types.push_back(type.rank ? Type::array(type.dtype, type.rank, layout) : Type::scalar(type.dtype));
  }
  return types;
}

std::vector<Argument> example_arguments(const Kernel& kernel, const std::vector<std::string>& types,
                                        const std::vector<int64_t>& shape, std::vector<engine::NewArray>& held) {
  std::vector<Argument> args;
  for (Type type : types_of(types, true)) {
    if (type.is_scalar()) {
      args.push_back(one(type.dtype()));
      continue;
    }
    const int64_t ones[kMaxRank] = {1, 1, 1, 1, 1, 1, 1, 1};
    if (shape.empty()) {
      args.push_back(View::contiguous(nullptr, type.dtype(), ones, type.rank()));
      continue;
    }
    // Arrays that are not images (the weights of a window, say) have no size that could be guessed.
    if (size_t(type.rank()) != shape.size())
      throw Error(ErrorKind::Value,
                  fmt::format("the size has {} ax{}, and argument {} of `{}` has the type {}", shape.size(),
                              shape.size() == 1 ? "is" : "es", args.size() + 1, kernel.name(), types[args.size()]),
                  {"every array gets this size; without one the kernel is explained and not measured"});
    held.push_back(engine::new_array(type.dtype(), shape.data(), type.rank()));
    fill(held.back().view);
    args.push_back(held.back().view);
  }
  return args;
}

std::string Explanation::text() const { return engine::text_of(*this); }
std::string Explanation::json() const { return engine::json_of(*this); }

}  // namespace nf
