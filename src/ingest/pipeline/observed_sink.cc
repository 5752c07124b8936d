// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/observed_sink.h"

namespace sb::ingest {

SpanWriteResult ObservedSink::Write(std::string_view request) {
  SpanWriteResult result = next_->Write(request);
  if (result.status.ok() && !observers_.empty()) {
    Show(request);
  }
  return result;
}

// The sink behind took the request, so its envelope is sound; spans that it refused are passed
// over by the same rule.
void ObservedSink::Show(std::string_view request) {
  std::vector<wire::OtlpSpan> spans(kObservedSpansMax);
  wire::EnvelopeReader in(request);
  while (in.NextResource()) {
    while (in.NextScope()) {
      bool more = true;
      while (more) {
        size_t count = 0;
        std::string_view item;
        while (count < kObservedSpansMax && (more = in.NextItem(&item))) {
          if (wire::ReadSpan(item, &spans[count]).ok() &&
              wire::WhyInvalid(spans[count]) == nullptr) {
            ++count;
          }
        }
        for (SpanObserver* observer : observers_) {
          observer->Observe(in.resource(), in.scope(), {spans.data(), count});
        }
      }
    }
  }
}

}  // namespace sb::ingest
