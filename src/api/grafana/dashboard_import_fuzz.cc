// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a dashboard to save, read back, compare and search for: no crash, and what was saved
// is JSON again.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/grafana/dashboards.h"
#include "api/grafana/frames.h"
#include "base/check.h"
#include "base/testing/simulated_env.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sb::base::SimulatedEnv env(1);
  auto catalog = sb::catalog::Catalog::OpenInMemory(env);
  SB_CHECK(catalog.ok());
  sb::grafana::Dashboards dashboards(env, **catalog);
  sb::base::Result<sb::grafana::JsonDocument> json = sb::grafana::ParseJsonObject(text);
  if (json.ok()) {
    sb::grafana::SaveRequest request;
    request.dashboard = std::move(json).value();
    const auto saved = dashboards.Save(std::move(request));
    if (saved.ok()) {
      const auto read = dashboards.Get(saved->info.uid);
      SB_CHECK(read.ok());
      SB_CHECK(sb::grafana::ParseJsonObject(read->document.body).ok());
    }
  }
  const auto frames = sb::grafana::FramesOfAnswer(text, {.ref_id = "A", .as_table = size % 2 == 0});
  SB_CHECK(!frames.ok() || sb::grafana::ParseJsonText(*frames).ok());
  return 0;
}
