// The names and traits of dtypes.
#include "nearfield/dtype.h"
