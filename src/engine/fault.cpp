// From the status of generated code to the error a person reads: class, message, and the source line with a caret.
#include <bit>

#include "base/show_place.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {

ErrorKind kind_of(const std::string& exception) {
  if (exception == "IndexError") return ErrorKind::Index;
  if (exception == "ZeroDivisionError") return ErrorKind::ZeroDivision;
  if (exception == "UnboundLocalError") return ErrorKind::Name;
  return ErrorKind::Raised;
}

/// The dtypes of the values that a site reports: those of its `Raise`, int64 for the checks of array accesses.
std::vector<DType> value_types(const ir::Module& module, uint32_t site) {
  std::vector<DType> types;
  for (const ir::Function& function : module.functions)
    for (const ir::Inst& inst : function.insts)
      if (const auto* raise = std::get_if<ir::Raise>(&inst.op); raise && raise->site == site)
        for (ir::InstId value : raise->values) types.push_back(function[value].type.dtype());
  return types;
}

std::string text_of(uint64_t bits, DType dtype) {
  if (is_float(dtype)) return fmt::format("{}", std::bit_cast<double>(bits));
  if (dtype == DType::UInt64) return fmt::format("{}", bits);
  return fmt::format("{}", int64_t(bits));
}

/// Puts the values in place of `{0}`, `{1}`, ...
std::string fill(const std::string& message, const abi::Fault& fault, const std::vector<DType>& types) {
  std::string text;
  for (size_t i = 0; i < message.size(); ++i) {
    bool brace = message[i] == '{' && i + 2 < message.size() && message[i + 2] == '}';
    uint32_t position = brace ? uint32_t(message[i + 1] - '0') : 0;
    if (!brace || position >= fault.count || position >= 4) {
      text += message[i];
      continue;
    }
    text += text_of(fault.values[position], position < types.size() ? types[position] : DType::Int64);
    i += 2;
  }
  return text;
}

}  // namespace

void throw_fault(const ir::Module& module, int32_t status, const abi::Fault& fault) {
  if (status == abi::kCancelled) throw Error(ErrorKind::Interrupted, "interrupted");
  if (status == abi::kOutOfMemory) throw Error(ErrorKind::Memory, "a kernel asked for more memory than there is");
  if (status == abi::kTooDeep) {
    Error error(ErrorKind::Raised, "maximum recursion depth exceeded in a kernel");
    error.exception = "RecursionError";
    throw error;
  }
  if (status <= 0 || size_t(status) >= module.sites.size())
    throw Error(ErrorKind::Internal, fmt::format("internal error: compiled code returned status {}", status));
  const ir::Site& site = module.sites[status];
  std::vector<std::string> notes;
  if (site.span.source < module.sources.size())
    notes.push_back(show_place(*module.sources[site.span.source], site.span));
  Error error(kind_of(site.exception), fill(site.message, fault, value_types(module, uint32_t(status))), notes);
  error.exception = site.exception;
  throw error;
}

}  // namespace nf::engine
