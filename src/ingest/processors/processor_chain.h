// SPDX-License-Identifier: Apache-2.0
//
// SpanProcessor changes or drops spans on their way; ProcessorChain is the sink that runs some of
// them, one after another, before the next sink.
//
//   ProcessorChain chain(std::move(processors), &next);
//
// A processor that fails refuses the request (error_mode: propagate); what it drops it counts.
// Threads: safe for concurrent use.
#pragma once

#include <memory>
#include <vector>

#include "config/codec.h"
#include "ingest/pipeline/span_sink.h"
#include "ingest/processors/trace_record.h"

namespace sb::ingest {

class SpanProcessor {
 public:
  virtual ~SpanProcessor() = default;
  virtual base::Status Process(TraceRecord* record) = 0;
};

class ProcessorChain final : public SpanSink {
 public:
  // `next` must outlive the chain.
  ProcessorChain(std::vector<std::unique_ptr<SpanProcessor>> processors, SpanSink* next)
      : processors_(std::move(processors)), next_(next) {}

  SpanWriteResult Write(std::string_view request) override;

 private:
  const std::vector<std::unique_ptr<SpanProcessor>> processors_;
  SpanSink* const next_;
};

// What the Collector calls error_mode: what becomes of a statement that fails.
enum class OttlErrorMode : uint8_t { kPropagate, kIgnore, kSilent };
bool ParseOttlErrorMode(std::string_view text, OttlErrorMode* mode);

// Parts of a file that other signals own: read, not looked at.
struct ForeignSection {};

}  // namespace sb::ingest

namespace sb::config {
template <>
struct Codec<ingest::ForeignSection> {
  static void Read(const Node&, const OptionInfo&, ingest::ForeignSection*, ErrorList&) {}
  static NodePtr Write(const ingest::ForeignSection&) { return nullptr; }
  static bool IsEmpty(const ingest::ForeignSection&) { return true; }
  static std::string TypeName() { return "any"; }
};
// A scalar of the file with the type that YAML gives it.
template <>
struct Codec<ingest::OttlValue> {
  static void Read(const Node& node, const OptionInfo& info, ingest::OttlValue* out,
                   ErrorList& errors);
  static NodePtr Write(const ingest::OttlValue& value) { return MakeString(value.Text()); }
  static bool IsEmpty(const ingest::OttlValue& value) {
    return value.kind == ingest::OttlValue::Kind::kNil;
  }
  static std::string TypeName() { return "any"; }
};
}  // namespace sb::config
