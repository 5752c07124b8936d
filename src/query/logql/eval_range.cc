// SPDX-License-Identifier: Apache-2.0
//
// Range aggregations: from lines in the store to one row per series.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "query/logql/evaluator.h"
#include "query/logql/event_rows.h"
#include "query/logql/pipeline.h"
#include "query/logql/sample_collector.h"
#include "query/logql/scan_columns.h"
#include "query/logql/scan_plan.h"

namespace sb::logql {
namespace {

base::Status PipelineError(std::string_view error, std::string_view details,
                           const std::vector<model::Label>& labels) {
  std::string series;
  for (const model::Label& label : labels) {
    series += fmt::format("{}{}=\"{}\"", series.empty() ? "" : ", ", label.name, label.value);
  }
  return base::InvalidArgument(fmt::format(
      "pipeline error: '{}' for series: '{{{}}}'{}{}.\nUse a label filter to intentionally skip "
      "this error. (e.g | __error__!=\"{}\").\nTo skip all potential errors you can match empty "
      "errors.(e.g __error__=\"\")\nThe label filter can also be specified after unwrap. (e.g | "
      "unwrap latency | __error__=\"\" )",
      error, series, details.empty() ? "" : ": ", details, error));
}

// Reads the lines of one range aggregation into a SampleCollector.
class RangeScan {
 public:
  RangeScan(const RangeExpr& expr, const NsGrid& grid, const Grouping* pushed,
            const EvaluatorOptions& options, query::QueryContext& context)
      : expr_(expr),
        grid_(grid),
        grouping_(pushed != nullptr                ? pushed
                  : expr.grouping.has_value()      ? &*expr.grouping
                                                   : nullptr),
        options_(options),
        context_(context),
        collector_(expr, grid, options.series_max, context) {}

  base::Status Run(const store::EventReader& reader, ReadStats* stats) {
    SB_RETURN_IF_ERROR(Prepare());
    SB_ASSIGN_OR_RETURN(const std::unique_ptr<store::EventScan> scan,
                        reader.Scan(context_, ScanOptions()));
    EventRows rows(*scan, plan_.ids);
    by_stream_.clear();
    for (;;) {
      SB_RETURN_IF_ERROR(context_.CheckAlive());
      SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
      if (block == nullptr) {
        break;
      }
      rows.Bind(*block);
      SB_RETURN_IF_ERROR(ReadBlock(*block, &rows));
    }
    stats->Add(*scan);
    stats->entries += entries_;
    return base::OkStatus();
  }

  base::Result<query::StepVector> Finish() { return collector_.Finish(); }

 private:
  static constexpr uint32_t kNoSeries = UINT32_MAX;

  bool CountsBytes() const {
    return expr_.op == RangeOp::kBytes || expr_.op == RangeOp::kBytesRate;
  }

  base::Status Prepare() {
    plan_ = PlanScan(*expr_.log);
    const bool by_labels = expr_.op == RangeOp::kAbsent ||
                           (grouping_ != nullptr && !grouping_->without);
    if (by_labels) {
      wanted_storage_ = grouping_ != nullptr && expr_.op != RangeOp::kAbsent
                            ? grouping_->labels
                            : std::vector<std::string>();
      if (AddLabelsRead(plan_.stages, expr_.unwrap.has_value() ? &*expr_.unwrap : nullptr,
                        &wanted_storage_)) {
        wanted_ = &wanted_storage_;
      }
    }
    if (wanted_ != nullptr && wanted_->empty()) {
      std::erase_if(plan_.stages, IsParser);  // they would not run
    }
    SB_ASSIGN_OR_RETURN(
        pipeline_, Pipeline::Compile(plan_.stages,
                                     {.wanted = wanted_, .now_ns = options_.now_ns}));
    if (expr_.unwrap.has_value()) {
      SB_ASSIGN_OR_RETURN(UnwrapRunner unwrap, UnwrapRunner::Compile(*expr_.unwrap));
      unwrap_.emplace(std::move(unwrap));
    }
    is_plain_ = plan_.stages.empty() && !unwrap_.has_value();
    return base::OkStatus();
  }

  store::EventScanOptions ScanOptions() {
    store::EventScanOptions options;
    options.range = {grid_.start_ns - expr_.range_ns + 1, grid_.last_ns() + 1};
    options.matchers = plan_.matchers;
    options.filter = std::move(plan_.filter);
    options.block_order = store::BlockOrder::kAsStored;  // the collector knows each row's place
    reads_text_ = std::any_of(plan_.stages.begin(), plan_.stages.end(), ReadsLine);
    const LineUse use = reads_text_           ? LineUse::kText
                        : CountsBytes() ? LineUse::kLength
                                        : LineUse::kNone;
    options.columns = ColumnsFor(wanted_, use,
                                 reads_text_ && !CountsBytes()
                                     ? ProjectionFor(plan_.stages, wanted_)
                                     : std::nullopt);
    AddIdColumns(plan_.ids, &options.columns);
    return options;
  }

  base::Status ReadBlock(const store::EventBlock& block, EventRows* rows) {
    if (is_plain_ && !rows->has_metadata()) {
      return ReadStreams(block, rows);
    }
    if (is_plain_ && MetadataIsCoded(*rows)) {
      return ReadCoded(block, rows);
    }
    return ReadLines(block, rows);
  }

  // No label but the stream's matters: rows of one stream belong to one series.
  base::Status ReadStreams(const store::EventBlock& block, EventRows* rows) {
    const auto streams = block.streams();
    const auto times = block.times();
    for (size_t row = 0; row < block.row_count(); ++row) {
      const StepSpan steps = collector_.StepsOf(times[row]);
      if (steps.empty()) {
        continue;
      }
      SB_ASSIGN_OR_RETURN(const uint32_t series, SeriesOfStream(streams[row], rows));
      ++entries_;
      SB_RETURN_IF_ERROR(collector_.Add(
          series, steps, times[row],
          CountsBytes() ? static_cast<double>(rows->LineLength(row)) : 1));
    }
    return base::OkStatus();
  }

  base::Result<uint32_t> SeriesOfStream(uint32_t stream, EventRows* rows) {
    if (stream >= by_stream_.size()) {
      by_stream_.resize(stream + 1, kNoSeries);
    }
    if (by_stream_[stream] == kNoSeries) {
      line_.labels.SetStream(&rows->StreamLabels(stream));
      line_.labels.StartLine();
      SB_ASSIGN_OR_RETURN(by_stream_[stream], SeriesOfLine());
    }
    return by_stream_[stream];
  }

  // All metadata columns are dictionary encoded, so that few combinations occur.
  static bool MetadataIsCoded(const EventRows& rows) {
    if (rows.metadata().size() > 3) {
      return false;
    }
    for (const EventRows::Metadata& metadata : rows.metadata()) {
      if (metadata.column->codes.empty() || metadata.column->dictionary.size() > 0xFFFE) {
        return false;
      }
    }
    return true;
  }

  base::Status ReadCoded(const store::EventBlock& block, EventRows* rows) {
    std::unordered_map<uint64_t, uint32_t> by_codes;
    uint64_t last_key = UINT64_MAX;
    uint32_t last_series = kNoSeries;
    for (size_t row = 0; row < block.row_count(); ++row) {
      const StepSpan steps = collector_.StepsOf(block.times()[row]);
      if (steps.empty()) {
        continue;
      }
      uint64_t key = block.streams()[row] & 0xFFFF;
      const bool wide_stream = block.streams()[row] > 0xFFFF;
      for (const EventRows::Metadata& metadata : rows->metadata()) {
        const bool has = metadata.column->Has(row);
        key = (key << 16) | (has ? metadata.column->codes[row] + 1 : 0);
      }
      if (key != last_key || last_series == kNoSeries || wide_stream) {
        uint32_t series = kNoSeries;
        if (const auto found = by_codes.find(key); found != by_codes.end() && !wide_stream) {
          series = found->second;
        } else {
          rows->Load(row, &line_);
          SB_ASSIGN_OR_RETURN(series, SeriesOfLine());
          by_codes[key] = series;
        }
        last_key = key;
        last_series = series;
      }
      ++entries_;
      SB_RETURN_IF_ERROR(collector_.Add(
          last_series, steps, block.times()[row],
          CountsBytes() ? static_cast<double>(rows->LineLength(row)) : 1));
    }
    return base::OkStatus();
  }

  base::Status ReadLines(const store::EventBlock& block, EventRows* rows) {
    for (size_t row = 0; row < block.row_count(); ++row) {
      const StepSpan steps = collector_.StepsOf(block.times()[row]);
      if (steps.empty()) {
        continue;
      }
      rows->Load(row, &line_);
      if (!pipeline_.Run(&line_)) {
        continue;
      }
      double value = 1;
      if (unwrap_.has_value()) {
        if (!unwrap_->Run(&line_, &value)) {
          continue;
        }
      } else if (CountsBytes()) {
        value = reads_text_ ? static_cast<double>(line_.text.size())
                            : static_cast<double>(rows->LineLength(row));
      }
      SB_RETURN_IF_ERROR(CheckError());
      SB_ASSIGN_OR_RETURN(const uint32_t series, SeriesOfLine());
      ++entries_;
      SB_RETURN_IF_ERROR(collector_.Add(series, steps, block.times()[row], value));
    }
    return base::OkStatus();
  }

  base::Status CheckError() {
    const std::string_view error = line_.labels.Get(kErrorLabel);
    if (error.empty() || expr_.op == RangeOp::kAbsent) {
      return base::OkStatus();
    }
    labels_.clear();
    line_.labels.AppendSorted(&labels_);
    std::erase_if(labels_, [](const model::Label& label) {
      return label.name == kErrorLabel || label.name == kErrorDetailsLabel;
    });
    return PipelineError(error, line_.labels.error_details(), labels_);
  }

  // The series that the labels of line_ belong to.
  base::Result<uint32_t> SeriesOfLine() {
    labels_.clear();
    if (expr_.op == RangeOp::kAbsent) {
      return collector_.SeriesOf(labels_);
    }
    const bool by = grouping_ != nullptr && !grouping_->without;
    for (const LineLabels::Entry& entry : line_.labels.entries()) {
      bool keep = !entry.value.empty();
      if (grouping_ != nullptr) {
        const auto& names = grouping_->labels;
        keep = keep && (std::find(names.begin(), names.end(), entry.name) != names.end()) == by;
      }
      if (!by && unwrap_.has_value() && entry.name == unwrap_->label()) {
        keep = false;
      }
      if (keep) {
        labels_.push_back({entry.name, entry.value});
      }
    }
    std::sort(labels_.begin(), labels_.end(), [](const model::Label& a, const model::Label& b) {
      return a.name < b.name;
    });
    return collector_.SeriesOf(labels_);
  }

  const RangeExpr& expr_;
  const NsGrid grid_;
  const Grouping* const grouping_;
  const EvaluatorOptions& options_;
  query::QueryContext& context_;
  SampleCollector collector_;
  ScanPlan plan_;
  WantedLabels wanted_storage_;
  const WantedLabels* wanted_ = nullptr;
  Pipeline pipeline_;
  std::optional<UnwrapRunner> unwrap_;
  bool is_plain_ = false;
  bool reads_text_ = false;
  std::vector<uint32_t> by_stream_;
  LogLine line_;
  std::vector<model::Label> labels_;
  uint64_t entries_ = 0;
};

}  // namespace

Evaluator::Rows Evaluator::EvalRange(const RangeExpr& expr, const NsGrid& grid,
                                     const Grouping* pushed) {
  NsGrid shifted = grid;
  shifted.start_ns -= expr.offset_ns;
  RangeScan scan(expr, shifted, pushed, options_, context_);
  SB_RETURN_IF_ERROR(scan.Run(reader_, stats_));
  return scan.Finish();
}

}  // namespace sb::logql
