// SPDX-License-Identifier: Apache-2.0
//
// Any text as a statement and as a condition in every context; what is understood is run.
#include "ingest/processors/ottl.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::ingest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ResourceRecord resource;
  ScopeRecord scope;
  SpanRecord span;
  EventRecord event;
  SetIn(&span.attributes, "a", OttlValue::String("text"));
  SetIn(&span.attributes, "n", OttlValue::Int(5));
  const OttlTarget target{&resource, &scope, &span, &event};
  for (const OttlContext context :
       {OttlContext::kResource, OttlContext::kScope, OttlContext::kSpan, OttlContext::kSpanEvent}) {
    if (const auto statement = ParseOttlStatement(text, context); statement.ok()) {
      (void)Run(*statement, target);
    }
    if (const auto condition = ParseOttlCondition(text, context); condition.ok()) {
      (void)Holds(*condition, target);
    }
  }
  return 0;
}
