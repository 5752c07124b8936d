// SPDX-License-Identifier: Apache-2.0
//
// Bodies of searches: query DSL, aggregations with their scripts, sort and search_after, over a
// few documents.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/elastic/elastic_search.h"
#include "base/env.h"
#include "config/json_reader.h"
#include "store/interface/testing/memory_event_store.h"

namespace {

sb::store::MemoryEventStore& Store() {
  static auto* const store = [] {
    auto* const made = new sb::store::MemoryEventStore();  // lives as long as the fuzzer
    for (int64_t i = 0; i < 20; ++i) {
      sb::store::EventStreamBuilder labels;
      labels.Add("index", sb::store::EventValue::Text(i % 2 == 0 ? "app" : "web"));
      sb::store::EventBatch batch;
      batch.AddRow(batch.AddStream(labels.Build()), 1'763'632'800'000'000'000 + i * 7'000'000'000);
      batch.Set("line", sb::store::EventValue::Text("request done"));
      batch.Set("meta.took", sb::store::EventValue::Text(i % 3 == 0 ? "x" : "12.5"));
      (void)made->Write(std::move(batch));
    }
    return made;
  }();
  return *store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto body = sb::config::ParseJson(text, "body");
  if (!body.ok()) {
    return 0;
  }
  const sb::api::ElasticSearcher searcher(&Store(), &sb::base::Env::Real().clock());
  const sb::store::PatientContext context;
  (void)searcher.Search(context, "app-*", body->get());
  return 0;
}
