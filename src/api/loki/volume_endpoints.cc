// SPDX-License-Identifier: Apache-2.0
//
// index/volume and index/volume_range: bytes of lines by labels.
#include <algorithm>
#include <map>
#include <set>

#include "api/loki/endpoints.h"
#include "api/loki/loki_json.h"

namespace sb::api::loki {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

struct VolumeRequest {
  Bounds bounds;
  std::vector<model::Matcher> matchers;
  std::vector<std::string> targets;  // labels to group by
  bool by_label = false;             // aggregateBy=labels
  uint32_t limit = 100;
  int64_t step_ns = 0;  // 0: one sum over everything
};

base::Result<VolumeRequest> ReadVolume(const LokiContext& api, const net::UrlParams& params,
                                       bool is_range) {
  VolumeRequest out;
  SB_ASSIGN_OR_RETURN(out.bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(auto log, logql::ParseLogQuery(params.Get("query"),
                                                     {.allow_all_streams = true}));
  out.matchers = std::move(log->matchers);
  SB_ASSIGN_OR_RETURN(out.limit, ReadLimit(params, "limit", 100));
  out.by_label = params.Get("aggregateBy") == "labels";
  std::string_view targets = params.Get("targetLabels");
  while (!targets.empty()) {
    const size_t comma = targets.find(',');
    if (comma != 0) {
      out.targets.emplace_back(targets.substr(0, comma));
    }
    targets.remove_prefix(comma == std::string_view::npos ? targets.size() : comma + 1);
  }
  if (out.targets.empty() && !out.by_label) {
    for (const model::Matcher& matcher : out.matchers) {
      out.targets.push_back(matcher.name());
    }
  }
  if (is_range) {
    SB_ASSIGN_OR_RETURN(out.step_ns, ReadStep(params, out.bounds));
    const int64_t steps = (out.bounds.end_ns - out.bounds.start_ns) / out.step_ns;
    if (out.bounds.end_ns <= out.bounds.start_ns ||
        steps > static_cast<int64_t>(api.with.engine.options().steps_max)) {
      return base::InvalidArgument(
          "the range must not be empty nor have more than 11,000 steps; try a larger step");
    }
  }
  return out;
}

// Bytes of each group in each bucket.
class VolumeSum {
 public:
  explicit VolumeSum(const VolumeRequest& request) : request_(request) {}

  base::Status Run(const LokiContext& api, const query::QueryContext& context) {
    store::EventScanOptions options;
    options.range = {request_.bounds.start_ns, request_.bounds.end_ns};
    options.matchers = request_.matchers;
    options.columns = {{"line", true}};
    SB_ASSIGN_OR_RETURN(const auto scan, api.with.reader.Scan(context, std::move(options)));
    for (;;) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
      SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
      if (block == nullptr) {
        return base::OkStatus();
      }
      AddBlock(*scan, *block);
    }
  }

  // Largest first, at most `limit`.
  std::vector<std::pair<model::LabelSet, std::map<int64_t, int64_t>>> Take() {
    std::vector<std::pair<model::LabelSet, std::map<int64_t, int64_t>>> out;
    for (auto& [labels, buckets] : sums_) {
      out.emplace_back(labels, std::move(buckets));
    }
    const auto total = [](const std::map<int64_t, int64_t>& buckets) {
      int64_t sum = 0;
      for (const auto& [bucket, bytes] : buckets) {
        sum += bytes;
      }
      return sum;
    };
    std::sort(out.begin(), out.end(), [&total](const auto& a, const auto& b) {
      const int64_t x = total(a.second);
      const int64_t y = total(b.second);
      return x != y ? x > y : a.first < b.first;
    });
    if (out.size() > request_.limit) {
      out.resize(request_.limit);
    }
    return out;
  }

 private:
  void AddBlock(const store::EventScan& scan, const store::EventBlock& block) {
    const store::EventColumn* lengths = block.Find("line", store::ValueType::kInt);
    for (size_t row = 0; row < block.row_count(); ++row) {
      const uint32_t stream = block.streams()[row];
      const int64_t bytes = lengths == nullptr ? 0 : lengths->integers[row];
      const int64_t bucket = request_.step_ns == 0
                                 ? 0
                                 : (block.times()[row] - request_.bounds.start_ns) /
                                       request_.step_ns;
      for (std::map<int64_t, int64_t>* buckets : GroupsOf(scan, stream)) {
        (*buckets)[bucket] += bytes;
      }
    }
  }

  const std::vector<std::map<int64_t, int64_t>*>& GroupsOf(const store::EventScan& scan,
                                                           uint32_t stream) {
    const auto [found, is_new] = groups_.try_emplace(stream);
    if (is_new) {
      for (const model::LabelSet& labels : LabelsOf(scan.stream(stream))) {
        found->second.push_back(&sums_[labels]);
      }
    }
    return found->second;
  }

  std::vector<model::LabelSet> LabelsOf(const store::EventStream& stream) const {
    std::vector<model::LabelSet> out;
    model::LabelSetBuilder all;
    for (const store::EventAttribute& attribute : stream.attributes()) {
      const bool wanted =
          request_.targets.empty() || std::find(request_.targets.begin(), request_.targets.end(),
                                                attribute.name) != request_.targets.end();
      if (!wanted || attribute.value.type != store::ValueType::kText) {
        continue;
      }
      if (request_.by_label) {
        // The name alone; kept as a value because a label cannot be empty.
        out.push_back(model::LabelSet::FromPairs({{attribute.name, " "}}));
      } else {
        all.Set(attribute.name, attribute.value.bytes);
      }
    }
    if (!request_.by_label) {
      out.push_back(all.Build());
    }
    return out;
  }

  const VolumeRequest& request_;
  std::map<model::LabelSet, std::map<int64_t, int64_t>> sums_;
  std::map<uint32_t, std::vector<std::map<int64_t, int64_t>*>> groups_;
};

void WriteMetric(const model::LabelSet& labels, bool by_label, JsonWriter* json) {
  json->Key("metric").BeginObject();
  for (const model::Label& label : labels) {
    json->Key(label.name).String(by_label ? "" : label.value);
  }
  json->EndObject();
}

void WriteBytes(int64_t time_ms, int64_t bytes, JsonWriter* json) {
  json->BeginArray();
  time_ms % 1000 == 0 ? json->Int(time_ms / 1000)
                      : json->Double(static_cast<double>(time_ms) / 1000);
  json->String(std::to_string(bytes)).EndArray();
}

base::Result<std::string> VolumeJson(const LokiContext& api, const query::QueryContext& context,
                                     const net::HttpRequest& request, bool is_range) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const VolumeRequest wanted, ReadVolume(api, params, is_range));
  VolumeSum sum(wanted);
  SB_RETURN_IF_ERROR(sum.Run(api, context));
  JsonWriter json;
  json.BeginObject().Key("status").String("success").Key("data").BeginObject();
  json.Key("resultType").String(is_range ? "matrix" : "vector").Key("result").BeginArray();
  for (const auto& [labels, buckets] : sum.Take()) {
    json.BeginObject();
    WriteMetric(labels, wanted.by_label, &json);
    if (is_range) {
      json.Key("values").BeginArray();
      for (const auto& [bucket, bytes] : buckets) {
        // A bucket is stamped at its end less a millisecond.
        const int64_t end_ns = wanted.bounds.start_ns + (bucket + 1) * wanted.step_ns;
        WriteBytes(std::min(end_ns, wanted.bounds.end_ns) / kNsPerMs - 1, bytes, &json);
      }
      json.EndArray();
    } else {
      json.Key("value");
      WriteBytes(wanted.bounds.end_ns / kNsPerMs, buckets.begin()->second, &json);
    }
    json.EndObject();
  }
  json.EndArray().Key("stats");
  WriteStats({}, {}, &json);
  json.EndObject().EndObject();
  return std::move(json).Take();
}

}  // namespace

void HandleVolume(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = VolumeJson(api, *context, request, false);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

void HandleVolumeRange(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = VolumeJson(api, *context, request, true);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

}  // namespace sb::api::loki
