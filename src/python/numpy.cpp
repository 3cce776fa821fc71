// Which NumPy dtype is which of ours.
#include "python/numpy.h"

#include "python/errors.h"

namespace nf::python {

int type_number(DType dtype) {
  constexpr int numbers[kDTypeCount] = {NPY_BOOL,   NPY_INT8,  NPY_UINT8,  NPY_INT16,   NPY_UINT16, NPY_INT32,
                                        NPY_UINT32, NPY_INT64, NPY_UINT64, NPY_FLOAT32, NPY_FLOAT64};
  return numbers[int(dtype)];
}

std::optional<DType> dtype_of_number(int number) {
  switch (number) {
    case NPY_BOOL: return DType::Bool;
    case NPY_BYTE: return DType::Int8;
    case NPY_UBYTE: return DType::UInt8;
    case NPY_SHORT: return DType::Int16;
    case NPY_USHORT: return DType::UInt16;
    case NPY_INT: return DType::Int32;
    case NPY_UINT: return DType::UInt32;
    // Two of C's three wide integer types have 64 bits, and NumPy keeps both.
    case NPY_LONG: return integer_of(sizeof(long), true);
    case NPY_ULONG: return integer_of(sizeof(long), false);
    case NPY_LONGLONG: return DType::Int64;
    case NPY_ULONGLONG: return DType::UInt64;
    case NPY_FLOAT: return DType::Float32;
    case NPY_DOUBLE: return DType::Float64;
    default: return {};
  }
}

DType dtype_of_object(PyObject* object) {
  PyArray_Descr* descriptor = nullptr;
  if (!PyArray_DescrConverter(object, &descriptor)) throw ErrorIsSet{};
  Reference owner = Reference::take(reinterpret_cast<PyObject*>(descriptor));
  std::optional<DType> dtype = dtype_of_number(descriptor->type_num);
  if (!dtype)
    raise(PyExc_TypeError, "kernels have no dtype %R: bool, integers of 8 to 64 bits and float32, float64 are there",
          object);
  return *dtype;
}

}  // namespace nf::python
