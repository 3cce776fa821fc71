// One call of a kernel: shapes, history and explicit signatures.
#include "python/call.h"

#include <algorithm>
#include <string>

#include "python/errors.h"

namespace nf::python {
namespace {

uint32_t code_of(const View& v) {
  uint32_t layout = uint32_t(v.c_contiguous()) | uint32_t(v.f_contiguous()) << 1 | uint32_t(v.readonly) << 2;
  return 1u << 31 | uint32_t(v.dtype) << 16 | uint32_t(v.rank) << 8 | layout;
}

uint32_t code_of(const Argument& argument) {
  if (const View* view = std::get_if<View>(&argument)) return code_of(*view);
  return uint32_t(std::get<Scalar>(argument).dtype);
}

template <class T>
Scalar cast_to(DType dtype, const Scalar& scalar) {
  if (is_float(scalar.dtype)) return Scalar::of(dtype, T(scalar.to_double()));
  if (is_unsigned_integer(scalar.dtype)) return Scalar::of(dtype, T(uint64_t(scalar.to_int())));
  return Scalar::of(dtype, T(scalar.to_int()));
}

/// A C cast, as Numba converts the scalars of explicit signatures.
Scalar converted(const Scalar& scalar, DType dtype) {
  switch (dtype) {
    case DType::Bool: return Scalar::of(dtype, scalar.to_double() != 0);
    case DType::Float32: return cast_to<float>(dtype, scalar);
    case DType::Float64: return cast_to<double>(dtype, scalar);
    default: break;
  }
  const Scalar wide =
      cast_to<int64_t>(DType::Int64, is_float(scalar.dtype) ? Scalar::of(DType::Int64, scalar.to_int()) : scalar);
  Scalar narrow{dtype, 0};
  std::memcpy(&narrow.bits, &wide.bits, size_t(size_of(dtype)));
  return narrow;
}

bool accepts(const SignatureType& type, const Argument& argument) {
  const View* view = std::get_if<View>(&argument);
  if (!view) return type.rank == 0;
  return type.rank == view->rank && type.dtype == view->dtype && (!type.contiguous || view->c_contiguous());
}

/// What converting a scalar costs: nothing, a promotion that keeps every value, or one that may lose it.
int conversion_cost(DType from, DType to) {
  if (from == to) return 0;
  const bool widens = is_float(to)
                          ? !is_float(from) || size_of(to) > size_of(from)
                          : !is_float(from) && bits_of(to) > bits_of(from) && !(is_signed(from) && !is_signed(to));
  return widens ? 1 : 100;
}

/// What the signature costs for these arguments, or nothing when it does not fit.
std::optional<int> conversions(const Signature& signature, const std::vector<Argument>& arguments) {
  if (signature.args.size() != arguments.size()) return {};
  int count = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!accepts(signature.args[i], arguments[i])) return {};
    const Scalar* scalar = std::get_if<Scalar>(&arguments[i]);
    if (scalar) count += conversion_cost(scalar->dtype, signature.args[i].dtype);
  }
  return count;
}

std::string text_of_type(const Argument& argument) {
  const View* view = std::get_if<View>(&argument);
  if (!view) return std::string(name_of(std::get<Scalar>(argument).dtype));
  std::string text(name_of(view->dtype));
  for (int d = 0; d < view->rank; ++d) text += d == 0 ? "[:" : ", :";
  return view->rank > 0 ? text + "]" : text + "[()]";
}

}  // namespace

int64_t CallArguments::bytes() const {
  int64_t total = 0;
  for (const auto& out : outs) total += out ? out->bytes() : 0;
  for (const Argument& argument : values)
    if (const View* view = std::get_if<View>(&argument)) total += view->bytes();
  return total;
}

bool CallArguments::has_scalars() const {
  return std::any_of(values.begin(), values.end(), [](const Argument& a) { return std::holds_alternative<Scalar>(a); });
}

CallShape shape_of(const CallArguments& arguments) {
  CallShape shape;
  for (const Argument& argument : arguments.values) shape.add(code_of(argument));
  for (const auto& out : arguments.outs) shape.add(out ? code_of(*out) : 0);
  const CallOptions& o = arguments.options;
  shape.add(uint32_t(o.mode ? int(*o.mode) + 1 : 0) | uint32_t(o.dtype ? int(*o.dtype) + 1 : 0) << 8);
  return shape;
}

bool CallHistory::knows(const CallShape& shape) {
  if (last_ < shapes_.size() && shapes_[last_] == shape) return true;
  for (size_t i = 0; i < shapes_.size(); ++i)
    if (shapes_[i] == shape) return last_ = i, true;
  return false;
}

void CallHistory::remember(CallShape shape) {
  last_ = shapes_.size();
  shapes_.push_back(std::move(shape));
}

Pace CallHistory::pace(const CallSize& size) const {
  // Code without loops moves some 20 GB/s at least, so 16 KiB stay under 2 us.
  if (size.straight_line && size.bytes <= 16 << 10) return Pace::Instant;
  // What a jitted function does with its arguments nobody knows; a scalar may be a trip count.
  if (size.kind == KernelOptions::Kind::Jit && size.scalars && !size.straight_line) return Pace::Long;
  if (size.bytes <= instant_bytes_) return Pace::Instant;
  return size.bytes <= brief_bytes_ ? Pace::Brief : Pace::Long;
}

void CallHistory::measured(const CallSize& size, double seconds) {
  auto note = [&](int64_t& bytes, double limit) {
    if (seconds < limit) bytes = std::max(bytes, size.bytes);
    if (seconds > 2 * limit) bytes = std::min(bytes, size.bytes - 1);
  };
  note(instant_bytes_, 2e-6);
  note(brief_bytes_, 1e-3);
}

void match_signature(const std::vector<Signature>& signatures, std::vector<Argument>& arguments) {
  const Signature* best = nullptr;
  std::optional<int> least;
  for (const Signature& signature : signatures) {
    std::optional<int> count = conversions(signature, arguments);
    if (count && (!least || *count < *least)) best = &signature, least = count;
  }
  if (!best) {
    std::string given;
    for (const Argument& argument : arguments) given += (given.empty() ? "" : ", ") + text_of_type(argument);
    raise(PyExc_TypeError, "No matching definition for argument type(s) %s", given.c_str());
  }
  for (size_t i = 0; i < arguments.size(); ++i)
    if (Scalar* scalar = std::get_if<Scalar>(&arguments[i])) *scalar = converted(*scalar, best->args[i].dtype);
}

}  // namespace nf::python
