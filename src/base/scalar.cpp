// Reading a scalar whatever its dtype.
#include <cmath>
#include <cstdint>

#include "base/assert.h"
#include "nearfield/view.h"

namespace nf {
namespace {

/// Calls `f` with the value in its own C++ type.
template <class F>
auto with_value(const Scalar& scalar, F f) {
  switch (scalar.dtype) {
    case DType::Bool: return f(scalar.as<uint8_t>() != 0);
    case DType::Int8: return f(scalar.as<int8_t>());
    case DType::UInt8: return f(scalar.as<uint8_t>());
    case DType::Int16: return f(scalar.as<int16_t>());
    case DType::UInt16: return f(scalar.as<uint16_t>());
    case DType::Int32: return f(scalar.as<int32_t>());
    case DType::UInt32: return f(scalar.as<uint32_t>());
    case DType::Int64: return f(scalar.as<int64_t>());
    case DType::UInt64: return f(scalar.as<uint64_t>());
    case DType::Float32: return f(scalar.as<float>());
    case DType::Float64: return f(scalar.as<double>());
  }
  internal_error(__FILE__, __LINE__, "a scalar of no dtype");
}

// C++ leaves the conversion of what does not fit undefined; x86 gives the smallest integer, and so do we everywhere.
int64_t truncated(double value) {
  bool fits = value >= -0x1p63 && value < 0x1p63;
  return fits ? int64_t(value) : INT64_MIN;
}

}  // namespace

double Scalar::to_double() const {
  return with_value(*this, [](auto value) { return double(value); });
}

int64_t Scalar::to_int() const {
  if (is_float(dtype)) return truncated(to_double());
  return with_value(*this, [](auto value) { return int64_t(value); });
}

}  // namespace nf
