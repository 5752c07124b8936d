// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/processor_chain.h"

#include <charconv>

namespace sb::ingest {

SpanWriteResult ProcessorChain::Write(std::string_view request) {
  TraceRecord record;
  base::Status status = ReadTraceRecord(request, &record);
  for (const std::unique_ptr<SpanProcessor>& processor : processors_) {
    if (!status.ok()) {
      break;
    }
    status = processor->Process(&record);
  }
  if (!status.ok()) {
    return {base::InvalidArgument(std::string(status.message())), 0, 0, ""};
  }
  if (record.SpanCount() == 0) {
    return {};
  }
  return next_->Write(WriteTraceRecord(record));
}

bool ParseOttlErrorMode(std::string_view text, OttlErrorMode* mode) {
  if (text == "propagate" || text == "ignore" || text == "silent") {
    *mode = text == "propagate" ? OttlErrorMode::kPropagate
            : text == "ignore"  ? OttlErrorMode::kIgnore
                                : OttlErrorMode::kSilent;
    return true;
  }
  return false;
}

}  // namespace sb::ingest

namespace sb::config {

void Codec<ingest::OttlValue>::Read(const Node& node, const OptionInfo& /*info*/,
                                    ingest::OttlValue* out, ErrorList& errors) {
  using ingest::OttlValue;
  if (!node.IsScalar()) {
    errors.Add(node, "expected a string, a number or a boolean");
    return;
  }
  const char* const end = node.text.data() + node.text.size();
  int64_t integer = 0;
  double number = 0;
  const auto as_int = std::from_chars(node.text.data(), end, integer);
  const auto as_double = std::from_chars(node.text.data(), end, number);
  if (!node.plain) {
    *out = OttlValue::String(node.text);
  } else if (node.text == "true" || node.text == "false") {
    *out = OttlValue::Bool(node.text == "true");
  } else if (as_int.ec == std::errc() && as_int.ptr == end) {
    *out = OttlValue::Int(integer);
  } else if (as_double.ec == std::errc() && as_double.ptr == end) {
    *out = OttlValue::Double(number);
  } else {
    *out = OttlValue::String(node.text);
  }
}

}  // namespace sb::config
