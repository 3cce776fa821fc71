// Our own bugs: `nf_assert` throws InternalError instead of ending the process.
#pragma once
#include <fmt/format.h>

#include "nearfield/error.h"

namespace nf {
[[noreturn]] inline void internal_error(const char* file, int line, const std::string& message) {
  throw Error(ErrorKind::Internal, fmt::format("internal error: {} ({}:{})", message, file, line),
              {"this is a bug in nearfield, please report it with the program that caused it"});
}
}  // namespace nf

/// Throws an internal error with a formatted message unless `condition` holds.
#define nf_assert(condition, ...)                                                         \
  do {                                                                                    \
    if (!(condition)) ::nf::internal_error(__FILE__, __LINE__, fmt::format(__VA_ARGS__)); \
  } while (false)
