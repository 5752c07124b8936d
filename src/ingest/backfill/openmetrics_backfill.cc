// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string_view>
#include <unordered_map>

#include "ingest/backfill/backfill.h"
#include "ingest/backfill/held_series.h"
#include "wire/prometheus/openmetrics_parser.h"

namespace sb::backfill {
namespace {

constexpr uint64_t kProgressEvery = 100'000;  // samples

class TextBackfill {
 public:
  TextBackfill(base::Env& env, const BackfillOptions& options, BackfillReport* report)
      : env_(env), options_(options), held_(env, options, report) {}

  base::Status Run(const std::string& path) {
    SB_ASSIGN_OR_RETURN(const auto file, env_.files().Map(path));
    const std::string_view body(reinterpret_cast<const char*>(file->bytes().data()),
                                file->bytes().size());
    wire::OpenMetricsParser parser(body, {.skip_created_series = false});
    uint64_t since_progress = 0;
    while (true) {
      const wire::EntryKind kind = parser.Next();
      if (kind == wire::EntryKind::kEnd) {
        break;
      }
      if (kind == wire::EntryKind::kInvalid) {
        return base::InvalidArgument(path + ": " + std::string(parser.status().message()));
      }
      if (kind != wire::EntryKind::kSeries) {
        continue;
      }
      SB_RETURN_IF_ERROR(Take(&parser).WithPrefix(path));
      if (++since_progress >= kProgressEvery && options_.progress) {
        since_progress = 0;
        options_.progress(
            {static_cast<uint64_t>(parser.raw_series().data() - body.data()), body.size()});
      }
    }
    return held_.Flush();
  }

 private:
  base::Status Take(wire::OpenMetricsParser* parser) {
    const std::string_view raw = parser->raw_series();
    if (!parser->has_time()) {
      return base::InvalidArgument("a sample of history needs a time, and there is none at: " +
                                   std::string(raw));
    }
    const auto [found, is_new] = by_text_.try_emplace(raw, 0);
    if (is_new) {
      labels_.clear();
      SB_RETURN_IF_ERROR(parser->ReadLabels(&labels_));
      found->second = held_.SeriesOf(model::LabelSet::FromLabels(labels_));
    }
    return held_.Append(found->second,
                        model::Sample{.time_ms = parser->time_ms(), .value = parser->value()});
  }

  base::Env& env_;
  const BackfillOptions& options_;
  HeldSeries held_;
  std::unordered_map<std::string_view, size_t> by_text_;  // views into the file
  std::vector<model::Label> labels_;
};

}  // namespace

base::Status BackfillOpenMetrics(base::Env& env, const std::string& path,
                                 const BackfillOptions& options, BackfillReport* report) {
  return TextBackfill(env, options, report).Run(path);
}

}  // namespace sb::backfill
