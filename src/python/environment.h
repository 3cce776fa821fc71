// What the names around a kernel stand for, as Python sees them: a snapshot that compiling threads read without the
// GIL.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "nearfield/environment.h"
#include "python/reference.h"

namespace nf::python {

/// The names of one kernel. Python fills it before each new specialization (see `refresh` in kernel_object.h), so that
/// the compiler, which may hold its own locks, never waits for the GIL.
class Snapshot final : public Environment {
 public:
  std::optional<Binding> find(std::string_view name) override;
  std::vector<std::string> names() override;
  /// `bindings` is a dict of name -> (kind, value) as `nearfield.environment` makes it, `names` a list of str.
  /// Needs the GIL.
  void replace(PyObject* bindings, PyObject* names);

 private:
  std::mutex mutex_;
  std::map<std::string, Binding, std::less<>> bindings_;
  std::vector<std::string> names_;
};

}  // namespace nf::python
