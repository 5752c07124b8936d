// SPDX-License-Identifier: Apache-2.0
//
// What the export endpoints have in common: their parameters, and the series they ask for.
//
//   SB_ASSIGN_OR_RETURN(const ExportRequest wanted, ReadExportRequest(api, request));
//   ForEachExported(api, wanted, *context, [&](const auto& labels, auto* columns) { … });
//
// match[] (at least one), start and end (inclusive; everything up to now if absent). One series is
// in memory at a time; a series that fits several selectors comes once.
#pragma once

#include <functional>
#include <vector>

#include "api/prometheus/endpoints.h"

namespace sb::api {

struct ExportRequest {
  std::vector<std::vector<model::Matcher>> selectors;
  base::TimeRange range;
  size_t rows_per_line = 10'000;
};

base::Result<ExportRequest> ReadExportRequest(const ApiContext& api,
                                              const net::HttpRequest& request);

// `use` may change the columns. Ends with the first error.
base::Status ForEachExported(
    const ApiContext& api, const ExportRequest& request, const query::QueryContext& context,
    const std::function<base::Status(const model::LabelSet&, model::SampleColumns*)>& use);

}  // namespace sb::api
