// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_batch.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "ingest/pipeline/log_pipeline.h"
#include "model/utf8_repair.h"
#include "store/interface/event_schema.h"

namespace sb::ingest {
namespace {

using store::ValueType;

constexpr std::string_view kServiceName = "service_name";
constexpr std::string_view kUnknownService = "unknown_service";
constexpr std::string_view kDetectedLevel = "detected_level";
constexpr int kNoRank = 1 << 20;
// The end of a range of time is exclusive, so that nothing finds what is at the last instant.
constexpr int64_t kTimeNsMax = INT64_MAX - 1;

const LogField* FindLabel(const std::vector<LogField>& sorted, std::string_view name) {
  const auto it = std::lower_bound(
      sorted.begin(), sorted.end(), name,
      [](const LogField& field, std::string_view wanted) { return field.name < wanted; });
  return it != sorted.end() && it->name == name ? &*it : nullptr;
}

// At most `max` bytes, not in the middle of a UTF-8 character.
std::string_view CutLine(std::string_view line, size_t max) {
  size_t end = max;
  while (end > 0 && max - end < 4 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) {
    --end;
  }
  return line.substr(0, end);
}

void RepairText(std::string_view* text, std::deque<std::string>* repaired) {
  if (!model::IsUtf8Text(*text)) {
    std::string scratch;
    *text = repaired->emplace_back(model::ValidUtf8(*text, &scratch));
  }
}

void RepairFields(std::vector<LogField>* fields, std::deque<std::string>* repaired) {
  for (LogField& field : *fields) {
    RepairText(&field.name, repaired);
    RepairText(&field.value, repaired);
  }
}

bool IsUtf8(const LogRecordView& record) {
  return model::IsUtf8Text(record.line) &&
         std::all_of(record.metadata.begin(), record.metadata.end(), [](const LogField& field) {
           return model::IsUtf8Text(field.name) && model::IsUtf8Text(field.value);
         });
}

}  // namespace

void NormalizeLabels(const LogIngestOptions& options, std::vector<LogField>* labels) {
  std::erase_if(*labels, [](const LogField& label) { return label.value.empty(); });
  std::stable_sort(labels->begin(), labels->end(),
                   [](const LogField& a, const LogField& b) { return a.name < b.name; });
  labels->erase(std::unique(labels->begin(), labels->end(),
                            [](const LogField& a, const LogField& b) { return a.name == b.name; }),
                labels->end());
  if (!options.discover_service_name || FindLabel(*labels, kServiceName) != nullptr) {
    return;
  }
  std::string_view service = kUnknownService;
  for (const std::string& candidate : options.service_name_labels) {
    if (const LogField* label = FindLabel(*labels, candidate); label != nullptr) {
      service = label->value;
      break;
    }
  }
  const auto place = std::find_if(labels->begin(), labels->end(),
                                  [](const LogField& label) { return label.name > kServiceName; });
  labels->insert(place, {kServiceName, service});
}

LogBatch::LogBatch(std::shared_ptr<const LogIngestOptions> options, LossCounters* losses)
    : options_(std::move(options)), losses_(losses) {
  line_ = batch_.Column(store::kLineColumn, ValueType::kText);
}

LogBatch::StreamId LogBatch::Stream(std::vector<LogField> labels) {
  StreamInfo info;
  std::deque<std::string> repaired;
  RepairFields(&labels, &repaired);
  if (options_->pipeline != nullptr) {
    for (const LogField& label : labels) {
      info.labels.emplace_back(label.name, label.value);
    }
  }
  NormalizeLabels(*options_, &labels);
  store::EventStreamBuilder builder;
  int rank = kNoRank;
  for (const LogField& label : labels) {
    builder.Add(label.name, store::EventValue::Text(label.value));
    TakeIdField(label.name, label.value, &info.facts);
    const int label_rank = options_->level_fields.RankOf(label.name);
    if (label_rank >= 0 && label_rank < rank) {
      rank = label_rank;
      info.has_level = true;
      info.level = NormalizeLogLevel(label.value);
      info.level_text = info.level == LogLevel::kUnknown ? std::string(label.value)
                                                         : std::string(LogLevelName(info.level));
    }
  }
  info.index = batch_.AddStream(builder.Build());
  streams_.push_back(std::move(info));
  return static_cast<StreamId>(streams_.size() - 1);
}

void LogBatch::AddRepaired(StreamId stream, const LogRecordView& record) {
  losses_->Add(LossReason::kLogTextRepaired);
  LogRecordView valid = record;
  std::deque<std::string> repaired;
  RepairText(&valid.line, &repaired);
  RepairFields(&valid.metadata, &repaired);
  Add(stream, valid);
}

void LogBatch::Add(StreamId stream, const LogRecordView& record) {
  if (!IsUtf8(record)) {
    AddRepaired(stream, record);
  } else if (options_->pipeline != nullptr) {
    AddThroughStages(stream, record);
  } else {
    AddStored(streams_[stream], record);
  }
}

void LogBatch::AddThroughStages(StreamId stream, const LogRecordView& record) {
  LogEdit edit;
  edit.record = record;
  // By value: Stream() below may move the list.
  const auto labels = streams_[stream].labels;
  for (const auto& [name, value] : labels) {
    edit.labels.push_back({name, value});
  }
  const StageVerdict verdict = options_->pipeline->Run(&edit);
  if (verdict != StageVerdict::kKeep) {
    losses_->Add(verdict == StageVerdict::kLimited ? LossReason::kLogRateLimit
                                                   : LossReason::kLogStageDropped);
    ++dropped_;
    return;
  }
  if (edit.labels_changed) {
    stream = Stream(edit.labels);
  }
  AddStored(streams_[stream], edit.record);
}

// Records of one sender have the same fields in the same order, so the place of the last record's
// field is tried first.
const LogBatch::MetadataColumn& LogBatch::ColumnOf(std::string_view name, size_t hint) {
  if (hint < columns_.size() && columns_[hint].name == name) {
    return columns_[hint];
  }
  const auto found = column_by_name_.find(name);
  if (found != column_by_name_.end()) {
    return *found->second;
  }
  MetadataColumn& column = columns_.emplace_back();
  column.name = name;
  column.column =
      batch_.Column(std::string(store::kMetadataPrefix) + column.name, ValueType::kText);
  column.level_rank = options_->level_fields.RankOf(name);
  column.is_detected_level = name == kDetectedLevel;
  column.is_severity_number = name == "severity_number";
  column_by_name_.emplace(column.name, &column);
  return column;
}

void LogBatch::AddStored(const StreamInfo& stream, const LogRecordView& record) {
  std::string_view line = record.line;
  if (line.size() > options_->line_bytes_max) {
    line = CutLine(line, options_->line_bytes_max);
    losses_->Add(LossReason::kLogLineCut);
  }
  batch_.AddRow(stream.index, std::min(record.time_ns, kTimeNsMax));
  batch_.SetText(line_, line);
  line_bytes_ += line.size();
  metadata_rank_ = kNoRank;
  metadata_level_ = metadata_detected_ = {};
  metadata_severity_ = record.severity_number;
  for (size_t i = 0; i < record.metadata.size(); ++i) {
    const LogField& field = record.metadata[i];
    if (field.value.empty()) {
      continue;
    }
    const MetadataColumn& column = ColumnOf(field.name, i);
    if (column.level_rank >= 0 && column.level_rank < metadata_rank_) {
      metadata_rank_ = column.level_rank;
      metadata_level_ = field.value;
    }
    if (column.is_severity_number && metadata_severity_ == 0) {
      std::from_chars(field.value.data(), field.value.data() + field.value.size(),
                      metadata_severity_);
    }
    if (column.is_detected_level && options_->detect_levels) {
      metadata_detected_ = field.value;
    } else {
      batch_.SetText(column.column, field.value);
    }
  }
  AddFacts(stream, record);
}

void LogBatch::AddFacts(const StreamInfo& stream, const LogRecordView& record) {
  LogFacts facts = stream.facts;
  for (const LogField& field : record.metadata) {
    TakeIdField(field.name, field.value, &facts);
  }
  LogFacts said;
  const bool knows_level = !metadata_detected_.empty() || stream.has_level ||
                           !metadata_level_.empty() ||
                           LevelOfSeverity(metadata_severity_) != LogLevel::kUnknown;
  const bool knows_trace = facts.has_trace || record.trace_id.size() == 16;
  if ((options_->detect_levels && !knows_level) || (options_->detect_trace_ids && !knows_trace)) {
    ReadLogFacts(record.line, options_->level_fields, &said);
  }
  if (options_->detect_levels) {
    std::string_view level = metadata_detected_;
    LogLevel known = LogLevel::kUnknown;
    if (!level.empty()) {
      known = NormalizeLogLevel(level);
    } else if (stream.has_level) {
      level = stream.level_text;
    } else if (!metadata_level_.empty()) {
      level = metadata_level_;
      known = NormalizeLogLevel(level);
    } else {
      known = LevelOfSeverity(metadata_severity_);
      known = known == LogLevel::kUnknown ? said.level : known;
      level = LogLevelName(known);
    }
    if (level_ == 0) {
      level_ = batch_.Column("meta.detected_level", ValueType::kText);
    }
    batch_.SetText(level_, known == LogLevel::kUnknown ? level : LogLevelName(known));
  }
  if (!options_->detect_trace_ids) {
    return;
  }
  std::string_view trace = record.trace_id;
  std::string_view span = record.span_id;
  if (trace.size() != 16) {
    const LogFacts& from = facts.has_trace ? facts : said;
    trace = from.has_trace ? std::string_view(from.trace_id.data(), 16) : std::string_view();
  }
  if (span.size() != 8) {
    const LogFacts& from = facts.has_span ? facts : said;
    span = from.has_span ? std::string_view(from.span_id.data(), 8) : std::string_view();
  }
  const auto set = [this](store::EventBatch::ColumnId* column, std::string_view name,
                          std::string_view bytes) {
    if (bytes.empty()) {
      return;
    }
    if (*column == 0) {
      *column = batch_.Column(name, ValueType::kBytes);
    }
    batch_.SetBytes(*column, bytes);
  };
  set(&trace_, store::kTraceIdColumn, trace);
  set(&span_, store::kSpanIdColumn, span);
  const auto set_int = [this](store::EventBatch::ColumnId* column, std::string_view name,
                              int64_t value) {
    if (value == 0) {
      return;
    }
    if (*column == 0) {
      *column = batch_.Column(name, ValueType::kInt);
    }
    batch_.SetInt(*column, value);
  };
  set_int(&severity_, store::kSeverityNumberColumn, record.severity_number);
  set_int(&observed_, store::kObservedTimeColumn, record.observed_ns);
}

}  // namespace sb::ingest
