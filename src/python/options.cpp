// Kernel options between Python's decorators and C++: one row for each option.
#include "python/options.h"

#include "python/convert.h"
#include "python/errors.h"

namespace nf::python {
namespace {

bool flag_of(PyObject* object) {
  int truth = PyObject_IsTrue(object);
  if (truth < 0) throw ErrorIsSet{};
  return truth != 0;
}

int64_t integer_of(PyObject* object) {
  long long value = PyLong_AsLongLong(object);
  if (value == -1 && PyErr_Occurred()) throw ErrorIsSet{};
  return value;
}

/// Calls `f` on each item of a list or tuple.
template <class F>
void each(PyObject* sequence, F f) {
  Reference fast = Reference::take(PySequence_Fast(sequence, "expected a list or tuple"));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(fast.get()); ++i) f(PySequence_Fast_GET_ITEM(fast.get(), i));
}

PyObject* item(PyObject* tuple, Py_ssize_t i) {
  PyObject* found = PyTuple_GetItem(tuple, i);
  if (!found) throw ErrorIsSet{};
  return found;
}

KernelOptions::Kind kind_of(const std::string& name) {
  if (name == "jit") return KernelOptions::Kind::Jit;
  if (name == "stencil") return KernelOptions::Kind::Stencil;
  if (name == "gufunc") return KernelOptions::Kind::Gufunc;
  if (name == "vectorize") return KernelOptions::Kind::Vectorize;
  raise(PyExc_ValueError, "unknown kind of kernel");
}

const char* name_of_kind(KernelOptions::Kind kind) {
  constexpr const char* names[] = {"jit", "stencil", "gufunc", "vectorize"};
  return names[int(kind)];
}

SignatureType signature_type_of(PyObject* tuple) {
  return {dtype_of_object(item(tuple, 0)), int(integer_of(item(tuple, 1))), flag_of(item(tuple, 2))};
}

Signature signature_of(PyObject* tuple) {
  Signature signature;
  each(item(tuple, 0), [&](PyObject* type) { signature.args.push_back(signature_type_of(type)); });
  if (item(tuple, 1) != Py_None) signature.result = signature_type_of(item(tuple, 1));
  return signature;
}

Scalar cval_of(PyObject* object) {
  std::optional<Scalar> scalar = scalar_of(object);
  if (!scalar) raise(PyExc_TypeError, "cval is a number, not %R", object);
  return *scalar;
}

struct Row {
  const char* name;
  void (*read)(KernelOptions&, PyObject*);
};

// An option set to None keeps its default.
constexpr Row rows[] = {
    {"kind", [](KernelOptions& o, PyObject* v) { o.kind = kind_of(text_of(v)); }},
    {"over_stencil", [](KernelOptions& o, PyObject* v) { o.over_stencil = flag_of(v); }},
    {"mode", [](KernelOptions& o, PyObject* v) { o.mode = border_mode_of(v); }},
    {"cval", [](KernelOptions& o, PyObject* v) { o.cval = cval_of(v); }},
    {"neighborhood",
     [](KernelOptions& o, PyObject* v) {
       each(v, [&](PyObject* p) { o.neighborhood.emplace_back(integer_of(item(p, 0)), integer_of(item(p, 1))); });
     }},
    {"standard_indexing",
     [](KernelOptions& o, PyObject* v) {
       each(v, [&](PyObject* name) { o.standard_indexing.push_back(text_of(name)); });
     }},
    {"dtype", [](KernelOptions& o, PyObject* v) { o.dtype = dtype_of_object(v); }},
    {"fit", [](KernelOptions& o, PyObject* v) { o.fit = flag_of(v); }},
    {"fastmath", [](KernelOptions& o, PyObject* v) { o.fastmath = flag_of(v); }},
    {"parallel", [](KernelOptions& o, PyObject* v) { o.parallel = flag_of(v); }},
    {"boundscheck", [](KernelOptions& o, PyObject* v) { o.boundscheck = flag_of(v); }},
    {"numpy_errors", [](KernelOptions& o, PyObject* v) { o.numpy_errors = flag_of(v); }},
    {"signatures",
     [](KernelOptions& o, PyObject* v) { each(v, [&](PyObject* s) { o.signatures.push_back(signature_of(s)); }); }},
    {"layout", [](KernelOptions& o, PyObject* v) { o.layout = text_of(v); }},
    {"writable_args",
     [](KernelOptions& o, PyObject* v) {
       each(v, [&](PyObject* i) { o.writable_args.push_back(int(integer_of(i))); });
     }},
    {"target", [](KernelOptions& o, PyObject* v) { o.target = text_of(v); }},
};

Reference text(std::string_view s) {
  return Reference::take(PyUnicode_FromStringAndSize(s.data(), Py_ssize_t(s.size())));
}

Reference to_python(const SignatureType& type) {
  Reference dtype = text(name_of(type.dtype));
  return Reference::take(Py_BuildValue("(OiO)", dtype.get(), type.rank, type.contiguous ? Py_True : Py_False));
}

/// A tuple of what `f` makes of each item.
template <class T, class F>
Reference tuple_of(const std::vector<T>& items, F f) {
  Reference tuple = Reference::take(PyTuple_New(Py_ssize_t(items.size())));
  for (size_t i = 0; i < items.size(); ++i) PyTuple_SET_ITEM(tuple.get(), Py_ssize_t(i), f(items[i]).release());
  return tuple;
}

Reference to_python(const Signature& signature) {
  Reference args = tuple_of(signature.args, [](const SignatureType& type) { return to_python(type); });
  Reference result = signature.result ? to_python(*signature.result) : Reference::share(Py_None);
  return Reference::take(PyTuple_Pack(2, args.get(), result.get()));
}

void set(PyObject* dict, const char* key, Reference value) {
  if (PyDict_SetItemString(dict, key, value.get()) < 0) throw ErrorIsSet{};
}

}  // namespace

std::string text_of(PyObject* object) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(object, &size);
  if (!data) throw ErrorIsSet{};
  return {data, size_t(size)};
}

std::optional<BorderMode> known_mode(PyObject* object) {
  if (!PyUnicode_Check(object)) return {};
  Py_ssize_t size;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (!text) throw ErrorIsSet{};
  return border_mode_named({text, size_t(size)});
}

BorderMode border_mode_of(PyObject* object) {
  const std::optional<BorderMode> mode = known_mode(object);
  if (!mode)
    raise(PyExc_ValueError,
          "Unsupported mode style %S: the border modes are 'constant', 'reflect', 'nearest', 'mirror', 'wrap' and "
          "'valid'",
          object);
  return *mode;
}

KernelOptions options_of(PyObject* dict) {
  KernelOptions options;
  PyObject *key, *value;
  for (Py_ssize_t position = 0; PyDict_Next(dict, &position, &key, &value);) {
    const std::string name = text_of(key);
    const Row* found = nullptr;
    for (const Row& row : rows)
      if (name == row.name) found = &row;
    if (!found) raise(PyExc_KeyError, "unknown option %S", key);
    if (value != Py_None) found->read(options, value);
  }
  return options;
}

Reference to_python(const KernelOptions& o) {
  auto flag = [](bool value) { return Reference::share(value ? Py_True : Py_False); };
  Reference dict = Reference::take(PyDict_New());
  set(dict.get(), "kind", text(name_of_kind(o.kind)));
  set(dict.get(), "over_stencil", flag(o.over_stencil));
  set(dict.get(), "mode", text(name_of(o.mode)));
  set(dict.get(), "cval", o.cval ? to_numpy_scalar(*o.cval) : Reference::share(Py_None));
  set(dict.get(), "neighborhood", tuple_of(o.neighborhood, [](const auto& pair) {
        return Reference::take(Py_BuildValue("(LL)", (long long)pair.first, (long long)pair.second));
      }));
  set(dict.get(), "standard_indexing", tuple_of(o.standard_indexing, [](const std::string& s) { return text(s); }));
  set(dict.get(), "dtype", o.dtype ? text(name_of(*o.dtype)) : Reference::share(Py_None));
  set(dict.get(), "fit", flag(o.fit));
  set(dict.get(), "fastmath", flag(o.fastmath));
  set(dict.get(), "parallel", flag(o.parallel));
  set(dict.get(), "boundscheck", flag(o.boundscheck));
  set(dict.get(), "numpy_errors", flag(o.numpy_errors));
  set(dict.get(), "signatures", tuple_of(o.signatures, [](const Signature& s) { return to_python(s); }));
  set(dict.get(), "layout", text(o.layout));
  set(dict.get(), "writable_args",
      tuple_of(o.writable_args, [](int i) { return Reference::take(PyLong_FromLong(i)); }));
  set(dict.get(), "target", text(o.target));
  return dict;
}

}  // namespace nf::python
