// SPDX-License-Identifier: Apache-2.0
//
// Limits of the template form of text columns (docs/format/events-part.md), shared by its writer
// and reader.
#pragma once

#include <cstddef>

#include "encoding/int_column.h"

namespace sb::events {

inline constexpr size_t kTemplateColumnsMax = 2048;
inline constexpr size_t kTemplatesMax = 65536;
inline constexpr size_t kTemplateVariablesMax = size_t{1} << 22;  // of all templates together
inline constexpr size_t kTemplateValuesMax =
    encoding::kPageValuesMax * encoding::kColumnPagesMax;  // of one column

}  // namespace sb::events
