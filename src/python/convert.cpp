// Values between Python and the C++ API; the checks of an array cost a few nanoseconds, since every call pays them.
#include "python/convert.h"

#include "python/errors.h"

namespace nf::python {
namespace {

[[noreturn]] void refuse_dtype(PyArray_Descr* descriptor) {
  PyObject* dtype = reinterpret_cast<PyObject*>(descriptor);
  const char* hint = "kernels work on bool, integers of 8 to 64 bits, float32 and float64";
  if (descriptor->type_num == NPY_HALF) hint = "widen it with .astype('float32')";
  if (PyTypeNum_ISCOMPLEX(descriptor->type_num)) hint = "complex numbers are not supported yet: pass .real and .imag";
  if (descriptor->type_num == NPY_OBJECT) hint = "give the array a numeric dtype with .astype(...)";
  raise(PyExc_TypeError, "an array of dtype %S cannot be passed to a kernel: %s", dtype, hint);
}

}  // namespace

View view_of(PyArrayObject* array, bool writable) {
  PyArray_Descr* descriptor = PyArray_DESCR(array);
  std::optional<DType> dtype = dtype_of_number(descriptor->type_num);
  if (!dtype) refuse_dtype(descriptor);
  const int flags = PyArray_FLAGS(array);
  if (!PyArray_ISNBO(descriptor->byteorder))
    raise(PyExc_TypeError, "an array of dtype %S has the other byte order: pass it as .astype('%s')",
          reinterpret_cast<PyObject*>(descriptor), std::string(name_of(*dtype)).c_str());
  if (!(flags & NPY_ARRAY_ALIGNED))
    raise(PyExc_TypeError, "an array of dtype %S is not aligned in memory: pass a copy of it",
          reinterpret_cast<PyObject*>(descriptor));
  if (writable && !(flags & NPY_ARRAY_WRITEABLE)) raise(PyExc_ValueError, "the output array is read-only");

  View view;
  view.rank = PyArray_NDIM(array);
  if (view.rank > kMaxRank)
    raise(PyExc_TypeError, "an array of %d dimensions cannot be passed to a kernel: at most %d", view.rank, kMaxRank);
  view.data = PyArray_DATA(array);
  view.dtype = *dtype;
  view.readonly = !(flags & NPY_ARRAY_WRITEABLE);
  for (int d = 0; d < view.rank; ++d) {
    view.shape[d] = PyArray_DIM(array, d);
    view.strides[d] = PyArray_STRIDE(array, d);
  }
  return view;
}

namespace {

Scalar scalar_of_int(PyObject* object) {
  int overflow = 0;
  long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow == 0) return Scalar::of(DType::Int64, int64_t(value));
  unsigned long long wide = overflow > 0 ? PyLong_AsUnsignedLongLong(object) : 0;
  if (overflow < 0 || PyErr_Occurred()) {
    PyErr_Clear();
    raise(PyExc_OverflowError, "the integer %R does not fit 64 bits", object);
  }
  return Scalar::of(DType::UInt64, uint64_t(wide));
}

}  // namespace

std::optional<Scalar> scalar_of(PyObject* object) {
  if (PyLong_CheckExact(object)) return scalar_of_int(object);
  if (PyBool_Check(object)) return Scalar::of(DType::Bool, object == Py_True);
  // NumPy's float64 is a float and would pass below; the others are not, so NumPy's scalars come first.
  if (PyArray_CheckScalar(object)) {
    Reference owner = Reference::take(reinterpret_cast<PyObject*>(PyArray_DescrFromScalar(object)));
    auto* descriptor = reinterpret_cast<PyArray_Descr*>(owner.get());
    std::optional<DType> dtype = dtype_of_number(descriptor->type_num);
    if (!dtype)
      raise(PyExc_TypeError, "a scalar of dtype %S cannot be passed to a kernel",
            reinterpret_cast<PyObject*>(descriptor));
    Scalar scalar{*dtype, 0};
    if (PyArray_Check(object)) {
      View view = view_of(reinterpret_cast<PyArrayObject*>(object));
      std::memcpy(&scalar.bits, view.data, size_of(*dtype));
    } else {
      PyArray_ScalarAsCtype(object, &scalar.bits);
    }
    return scalar;
  }
  if (PyFloat_Check(object)) return Scalar::of(DType::Float64, PyFloat_AS_DOUBLE(object));
  if (PyLong_Check(object)) return scalar_of_int(object);
  return {};
}

Reference to_python(const Scalar& scalar) {
  if (is_bool(scalar.dtype)) return Reference::share(scalar.bits & 1 ? Py_True : Py_False);
  if (is_float(scalar.dtype)) return Reference::take(PyFloat_FromDouble(scalar.to_double()));
  if (is_unsigned_integer(scalar.dtype)) return Reference::take(PyLong_FromUnsignedLongLong(uint64_t(scalar.to_int())));
  return Reference::take(PyLong_FromLongLong(scalar.to_int()));
}

Reference to_numpy_scalar(const Scalar& scalar) {
  PyArray_Descr* descriptor = PyArray_DescrFromType(type_number(scalar.dtype));
  uint64_t bits = scalar.bits;
  Reference owner = Reference::take(reinterpret_cast<PyObject*>(descriptor));
  return Reference::take(PyArray_Scalar(&bits, descriptor, nullptr));
}

Reference to_python(const NewArray& array) {
  using Owner = std::shared_ptr<void>;
  const View& view = array.view;
  Reference capsule = Reference::take(PyCapsule_New(new Owner(array.owner), nullptr, [](PyObject* self) {
    delete static_cast<Owner*>(PyCapsule_GetPointer(self, nullptr));
  }));
  npy_intp shape[kMaxRank], strides[kMaxRank];
  for (int d = 0; d < view.rank; ++d) shape[d] = view.shape[d], strides[d] = view.strides[d];
  // An array without elements may have no memory; NumPy would then allocate, which is right too.
  Reference result =
      Reference::take(PyArray_New(&PyArray_Type, view.rank, shape, type_number(view.dtype),
                                  view.data ? strides : nullptr, view.data, 0, NPY_ARRAY_WRITEABLE, nullptr));
  auto* made = reinterpret_cast<PyArrayObject*>(result.get());
  if (view.data && PyArray_SetBaseObject(made, capsule.release()) < 0) throw ErrorIsSet{};
  PyArray_UpdateFlags(made, NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_F_CONTIGUOUS | NPY_ARRAY_ALIGNED);
  return result;
}

Reference to_python(const Result& result, PyObject* const* arguments) {
  switch (result.kind) {
    case Result::Kind::None: return Reference::share(Py_None);
    case Result::Kind::Scalar: return to_python(result.scalar);
    case Result::Kind::Array: return to_python(result.array);
    case Result::Kind::Alias: return Reference::share(arguments[result.alias]);
    case Result::Kind::Tuple: break;
  }
  Reference tuple = Reference::take(PyTuple_New(Py_ssize_t(result.items.size())));
  for (size_t i = 0; i < result.items.size(); ++i)
    PyTuple_SET_ITEM(tuple.get(), Py_ssize_t(i), to_python(result.items[i], arguments).release());
  return tuple;
}

}  // namespace nf::python
