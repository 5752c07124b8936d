// SPDX-License-Identifier: Apache-2.0
//
// A Bloom filter over whole values: "this row group has no such trace id". Ten bits and six probes
// a value: about 1 % false positives.
//
//   AppendBloom(values, &bytes);
//   if (!BloomMayContain(bytes, value)) skip;
//
// Layout: 64-bit words, little endian. Bytes that are no filter rule nothing out.
// Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sb::events {

void AppendBloom(std::span<const std::string_view> values, std::string* out);
bool BloomMayContain(std::string_view bloom, std::string_view value);

}  // namespace sb::events
