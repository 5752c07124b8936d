// SPDX-License-Identifier: Apache-2.0
//
// LogBatch makes the rows of one request out of its log records, whatever protocol they came by:
// stream labels are normalised and get a service_name, every record gets its detected_level and the
// ids of its trace and span.
//
//   LogBatch batch = writer.NewBatch();                 // log_writer.h
//   const LogBatch::StreamId stream = batch.Stream({{"app", "shop"}, {"env", "prod"}});
//   record.time_ns = …; record.line = …;
//   batch.Add(stream, record);
//   SB_RETURN_IF_ERROR(writer.Write(std::move(batch)));
//
// detected_level: metadata of that name, else a level label of the stream, else a level field of
// the metadata, else the OTLP severity number, else what the line says (log_facts.h).
// A configured pipeline (log_pipeline.h) sees every record first, and may change or drop it.
// A line longer than the limit is cut, at a character, and counted. Bytes that are no UTF-8 become
// U+FFFD, so that regular expressions see what a reader is shown; a record with such is counted.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest/pipeline/log_facts.h"
#include "ingest/pipeline/log_record.h"
#include "ingest/pipeline/loss.h"
#include "store/interface/event_batch.h"

namespace sb::ingest {

class LogPipeline;

struct LogIngestOptions {
  bool discover_service_name = true;
  // service_name is the first of these labels that is there.
  std::vector<std::string> service_name_labels = {"service",
                                                  "app",
                                                  "application",
                                                  "app_name",
                                                  "name",
                                                  "app_kubernetes_io_name",
                                                  "container",
                                                  "container_name",
                                                  "k8s_container_name",
                                                  "component",
                                                  "workload",
                                                  "job",
                                                  "k8s_job_name"};
  bool detect_levels = true;
  bool detect_trace_ids = true;
  LevelFields level_fields;
  size_t line_bytes_max = 4 << 20;
  std::shared_ptr<const LogPipeline> pipeline;  // stages to run on every record; may be null
};

class LogBatch {
 public:
  using StreamId = uint32_t;

  LogBatch(std::shared_ptr<const LogIngestOptions> options, LossCounters* losses);
  LogBatch(LogBatch&&) noexcept = default;
  LogBatch& operator=(LogBatch&&) noexcept = default;

  // Labels in any order; empty values are no labels, of a repeated name the first counts.
  StreamId Stream(std::vector<LogField> labels);
  void Add(StreamId stream, const LogRecordView& record);

  size_t line_count() const { return batch_.row_count(); }
  uint64_t line_bytes() const { return line_bytes_; }
  // Lines that the stages of the pipeline dropped.
  uint64_t dropped() const { return dropped_; }
  const store::EventBatch& events() const { return batch_; }
  store::EventBatch Take() && { return std::move(batch_); }

 private:
  struct StreamInfo {
    uint32_t index = 0;
    bool has_level = false;
    LogLevel level = LogLevel::kUnknown;
    std::string level_text;
    LogFacts facts;  // ids that labels are
    // As given, when there is a pipeline that may change them.
    std::vector<std::pair<std::string, std::string>> labels;
  };
  struct MetadataColumn {
    std::string name;
    store::EventBatch::ColumnId column = 0;
    int level_rank = -1;
    bool is_detected_level = false;
    bool is_severity_number = false;
  };

  void AddRepaired(StreamId stream, const LogRecordView& record);
  void AddThroughStages(StreamId stream, const LogRecordView& record);
  void AddStored(const StreamInfo& stream, const LogRecordView& record);
  const MetadataColumn& ColumnOf(std::string_view name, size_t hint);
  void AddFacts(const StreamInfo& stream, const LogRecordView& record);

  std::shared_ptr<const LogIngestOptions> options_;
  LossCounters* losses_;
  store::EventBatch batch_;
  std::vector<StreamInfo> streams_;
  std::deque<MetadataColumn> columns_;  // stay where they are: their names are keys
  std::unordered_map<std::string_view, const MetadataColumn*> column_by_name_;
  store::EventBatch::ColumnId line_ = 0;
  store::EventBatch::ColumnId level_ = 0;
  store::EventBatch::ColumnId trace_ = 0;
  store::EventBatch::ColumnId span_ = 0;
  store::EventBatch::ColumnId severity_ = 0;
  store::EventBatch::ColumnId observed_ = 0;
  uint64_t line_bytes_ = 0;
  uint64_t dropped_ = 0;
  // What the metadata of the row being added says.
  int metadata_rank_ = 0;
  std::string_view metadata_level_;
  std::string_view metadata_detected_;
  int64_t metadata_severity_ = 0;
};

// Sorted by name, without empty values and repetitions, service_name added if wanted.
void NormalizeLabels(const LogIngestOptions& options, std::vector<LogField>* labels);

}  // namespace sb::ingest
