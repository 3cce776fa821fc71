// The hot path of a call: arguments like those of an earlier call go from the fields of their NumPy arrays straight to
// compiled code.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "nearfield/kernel.h"
#include "python/call.h"
#include "python/reference.h"

namespace nf::python {

/// The prepared calls of one kernel. Only touched with the GIL held.
class PreparedCalls {
 public:
  /// Prepares calls like this one, which has come to its end. `outs` are the outputs that it was given.
  void add(const Kernel& kernel, const std::vector<Argument>& args, const std::vector<std::optional<View>>& outs,
           const CallOptions& options);

  /// Calls a jitted function. A null reference: only the general call will do, and nothing has happened.
  Reference try_jitted(CallHistory& history, std::span<PyObject* const> args);
  /// Calls a stencil or gufunc. Without `outs` the results are new arrays: one, or a tuple of several.
  /// `scalars`: a result without axes becomes a NumPy scalar, as ufuncs give it. `mode` is what the call says itself.
  Reference try_arrays(CallHistory& history, KernelOptions::Kind kind, std::span<PyObject* const> args,
                       std::span<PyObject* const> outs, bool scalars, std::optional<BorderMode> mode = {});
  /// Keeps a call that was prepared elsewhere.
  void keep(PreparedCall call, bool given_outs, std::optional<BorderMode> mode = {});
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    PreparedCall call;
    bool given_outs;
    bool straight_line;
    size_t outputs;
    std::optional<BorderMode> mode;
  };
  std::vector<Entry> entries_;
  size_t last_ = 0;  ///< the entry that served the last call, tried first
};

}  // namespace nf::python
