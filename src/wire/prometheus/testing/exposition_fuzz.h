// SPDX-License-Identifier: Apache-2.0
//
// What must hold for any bytes given to an exposition parser; the fuzz targets of the three formats
// differ only in the format.
#pragma once

#include <cstddef>
#include <cstdint>

#include "wire/prometheus/exposition_format.h"

namespace sb::wire {

void FuzzExposition(ExpositionFormat format, const uint8_t* data, size_t size);

}  // namespace sb::wire
