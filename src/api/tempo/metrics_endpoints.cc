// SPDX-License-Identifier: Apache-2.0
//
// TraceQL metrics, over a range and at one point in time.
#include <algorithm>

#include "api/tempo/endpoints.h"
#include "api/tempo/request_parameters.h"
#include "api/tempo/tempo_json.h"

namespace sb::api::tempo {
namespace {

constexpr int64_t kHourNs = 3'600'000'000'000;
constexpr size_t kExemplarsMax = 1000;

void Answer(const Context& api, const net::HttpRequest& in, bool instant,
            net::ResponseWriter& out) {
  if (!in.query_error.ok()) {
    return SendError(in.query_error, out);
  }
  const base::Result<MetricsRequest> request =
      ReadMetrics(in.query, api.with.clock.Now().Value(), instant);
  if (!request.ok()) {
    return SendError(request.status(), out);
  }
  const auto context = StartQuery(api, out);
  const base::Result<traceql::MetricsResult> result =
      traceql::QueryMetrics(api.with.spans, *context, request->query, request->options);
  if (!result.ok()) {
    return SendError(result.status(), out);
  }
  SendJson(instant ? QueryInstantJson(*result) : QueryRangeJson(*result), result->notes, out);
}

}  // namespace

base::Result<MetricsRequest> ReadMetrics(const net::UrlParams& params, int64_t now_ns,
                                         bool instant) {
  MetricsRequest out;
  out.query = std::string(params.Has("q") ? params.Get("q") : params.Get("query"));
  if (out.query.empty()) {
    return base::InvalidArgument("invalid query: parameter q is missing");
  }
  SB_ASSIGN_OR_RETURN(const auto start, TimeNs(params, "start"));
  SB_ASSIGN_OR_RETURN(const auto end, TimeNs(params, "end"));
  SB_ASSIGN_OR_RETURN(const auto since, DurationNs(params, "since"));
  SB_ASSIGN_OR_RETURN(const auto step, DurationNs(params, "step"));
  SB_ASSIGN_OR_RETURN(const auto exemplars, Count(params, "exemplars"));
  out.options.instant = instant;
  out.options.end_ns = end.value_or(now_ns);
  out.options.start_ns = start.value_or(out.options.end_ns - since.value_or(kHourNs));
  if (out.options.end_ns <= out.options.start_ns) {
    return base::InvalidArgument("end must be greater than start");
  }
  out.options.step_ns =
      step.value_or(traceql::DefaultStepNs(out.options.end_ns - out.options.start_ns));
  out.options.exemplars = std::min<uint64_t>(exemplars.value_or(0), kExemplarsMax);
  return out;
}

void HandleQueryRange(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  Answer(api, in, false, out);
}

void HandleQueryInstant(const Context& api, const net::HttpRequest& in, net::ResponseWriter& out) {
  Answer(api, in, true, out);
}

}  // namespace sb::api::tempo
