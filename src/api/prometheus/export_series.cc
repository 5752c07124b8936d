// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/export_series.h"

#include <algorithm>
#include <unordered_set>

#include "api/http/parameters.h"

namespace sb::api {

base::Result<ExportRequest> ReadExportRequest(const ApiContext& api,
                                              const net::HttpRequest& request) {
  ExportRequest out;
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(out.selectors, ParseSelectors(params));
  if (out.selectors.empty()) {
    return base::InvalidArgument("no match[] parameter provided");
  }
  SB_ASSIGN_OR_RETURN(const int64_t start_ms, TimeParameter(params, "start", kTimeMinMs));
  SB_ASSIGN_OR_RETURN(const int64_t end_ms,
                      TimeParameter(params, "end", api.with.clock.NowMs().Value()));
  if (end_ms < start_ms) {
    return base::InvalidArgument(
        "invalid parameter \"end\": end timestamp must not be before start time");
  }
  SB_ASSIGN_OR_RETURN(const auto rows, CountParameter(params, "max_rows_per_line", 100'000'000));
  out.range = {base::TimestampMs(start_ms), base::TimestampMs(end_ms + 1)};
  out.rows_per_line = std::max<size_t>(rows.value_or(out.rows_per_line), 1);
  return out;
}

base::Status ForEachExported(
    const ApiContext& api, const ExportRequest& request, const query::QueryContext& context,
    const std::function<base::Status(const model::LabelSet&, model::SampleColumns*)>& use) {
  SB_ASSIGN_OR_RETURN(const auto querier, api.with.store.NewQuerier(request.range));
  store::SelectHints hints;
  hints.range = request.range;
  // With several selectors a series may fit more than one.
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  model::SampleColumns columns;
  for (const std::vector<model::Matcher>& selector : request.selectors) {
    SB_ASSIGN_OR_RETURN(auto series, querier->Select(context, hints, selector));
    for (std::unique_ptr<store::Series>& one : series) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
      if (request.selectors.size() > 1 && !seen.insert(one->labels()).second) {
        continue;
      }
      columns.Clear();
      SB_RETURN_IF_ERROR(one->Read(request.range, &columns));
      SB_RETURN_IF_ERROR(use(one->labels(), &columns));
      one.reset();  // what it holds open is not needed any more
    }
  }
  return base::OkStatus();
}

}  // namespace sb::api
