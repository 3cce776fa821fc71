// Nearfield: write what happens near one point; it runs at memory speed on one image or a terabyte stack.
#pragma once
#include "nearfield/array.h"
#include "nearfield/dtype.h"
#include "nearfield/environment.h"
#include "nearfield/error.h"
#include "nearfield/explain.h"
#include "nearfield/io.h"
#include "nearfield/kernel.h"
#include "nearfield/view.h"
