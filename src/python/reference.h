// Owned references to Python objects for the code that speaks the C API itself, and the exception that says "a Python
// error is set".
#pragma once
#include <Python.h>

#include <utility>

namespace nf::python {

/// A Python error is set; unwinds to the next function that Python called.
struct ErrorIsSet {};

/// One owned reference.
class Reference {
 public:
  Reference() = default;
  /// Takes over `object`; a null pointer means that a Python error is set.
  static Reference take(PyObject* object) {
    if (!object) throw ErrorIsSet{};
    Reference r;
    r.object_ = object;
    return r;
  }
  static Reference share(PyObject* object) { return take(Py_XNewRef(object)); }
  Reference(Reference&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Reference& operator=(Reference&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  Reference(const Reference&) = delete;
  ~Reference() { Py_XDECREF(object_); }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

/// Holds the GIL in a scope, on any thread.
class WithGil {
 public:
  WithGil() : state_(PyGILState_Ensure()) {}
  ~WithGil() { PyGILState_Release(state_); }
  WithGil(const WithGil&) = delete;

 private:
  PyGILState_STATE state_;
};

/// Lets other Python threads run in a scope; does nothing when `wanted` is false.
class WithoutGil {
 public:
  explicit WithoutGil(bool wanted = true) : state_(wanted ? PyEval_SaveThread() : nullptr) {}
  ~WithoutGil() {
    if (state_) PyEval_RestoreThread(state_);
  }
  WithoutGil(const WithoutGil&) = delete;

 private:
  PyThreadState* state_;
};

}  // namespace nf::python
