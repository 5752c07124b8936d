// SPDX-License-Identifier: Apache-2.0
//
// PendingFloat is a float sample between an appender and the series that it goes into.
//
// Threads: values.
#pragma once

#include <cstdint>

namespace sb::tsdb {

class MemSeries;

struct PendingFloat {
  MemSeries* series;
  int64_t time;
  double value;
};

}  // namespace sb::tsdb
