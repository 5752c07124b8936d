// SPDX-License-Identifier: Apache-2.0
//
// Functions of one float: the mathematical ones, rounding, and the parts of a date.
#pragma once

#include "query/promql/function.h"

namespace sb::promql {

// Null if the function is not of this kind.
using FloatFunction = double (*)(double);
FloatFunction FindFloatFunction(FunctionId id);

// year(), month(), … of a time in seconds since the epoch, UTC. Null likewise.
FloatFunction FindDateFunction(FunctionId id);

}  // namespace sb::promql
