// What a person reads: errors on stderr, sizes, and the exit status of each kind of failure.
#pragma once
#include <cstdint>
#include <string>

#include "nearfield/error.h"

namespace nf::cli {

enum ExitCode { kSuccess = 0, kFailed = 1, kUsage = 2, kBadFile = 3, kTooLarge = 4, kInterrupted = 130 };

ExitCode exit_code_of(ErrorKind kind);

/// `error: ...` with its notes, in colour on a terminal unless NO_COLOR is set.
void print_error(const Error& error);
void print_error(const std::string& message);

/// "1.5 GiB".
std::string size_text(double bytes);
/// "2GiB", "500MB", "1.5g" or a number of bytes; throws std::invalid_argument with what is wrong.
int64_t parse_size(const std::string& text);
/// "3 s", "4 min 10 s", "2 h 5 min".
std::string duration_text(double seconds);

bool stderr_is_terminal();

}  // namespace nf::cli
