// SPDX-License-Identifier: Apache-2.0
//
// The forms of text columns, one file each, behind text_column.h. Each Append… writes the body of
// its form; false, and nothing is written, if the form does not suit the values.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/events/column/text_column.h"

namespace sb::events {

bool AppendDictionaryText(std::span<const std::string_view> values,
                          const TextColumnOptions& options, std::string* out);
bool AppendFixedText(std::span<const std::string_view> values, const TextColumnOptions& options,
                     std::string* out);
bool AppendTemplateText(std::span<const std::string_view> values, std::span<const int64_t> times,
                        const TextColumnOptions& options, std::string* out,
                        LineIds* ids);
void AppendBlockText(std::span<const std::string_view> values, const TextColumnOptions& options,
                     std::string* out);

using OpenedText = base::Result<std::unique_ptr<TextColumn>>;
OpenedText OpenDictionaryText(std::string_view body, uint32_t count);
// False if no value of the dictionary has the word (in lower case if `fold`).
base::Result<bool> DictionaryMayHave(std::string_view body, std::string_view word, bool fold);
OpenedText OpenFixedText(std::string_view body, uint32_t count);
OpenedText OpenSharedText(std::string_view body, uint32_t count,
                          const TextSurroundings* surroundings);
OpenedText OpenTextOfLines(std::string_view body, uint32_t count,
                           const TextSurroundings* surroundings);
// Values of `length` bytes each, one after another.
OpenedText OpenFixedBytes(std::string bytes, size_t length, uint32_t count);
OpenedText OpenTemplateText(std::string_view body, uint32_t count,
                            const TextSurroundings* surroundings);
OpenedText OpenBlockText(std::string_view body, uint32_t count);

}  // namespace sb::events
