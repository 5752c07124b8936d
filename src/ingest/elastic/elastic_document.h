// SPDX-License-Identifier: Apache-2.0
//
// How an Elasticsearch document becomes a log record, and how its fields are found again.
//
//   index "taskmanager-2025.11.20"      label index="taskmanager" (the date is the record's own)
//   kubernetes.namespace_name           label namespace, likewise pod, container, app, stream
//   service.name, else service          label service_name
//   @timestamp, else timestamp or time  the record's time, to the nanosecond
//   message, else msg or log            the line; without any of them the line is the document
//   everything else                     structured metadata, dots as '_': a.b -> a_b
//
// Threads: pure functions; the objects are values.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/pipeline/log_record.h"
#include "wire/elastic/document_reader.h"

namespace sb::ingest {

// "taskmanager-2025.11.20" -> "taskmanager"; a name without a date stays.
std::string_view IndexWithoutDate(std::string_view index);
// The stream label that a field is kept as, or "" if it is metadata.
std::string_view ElasticLabelOf(std::string_view field);
// The name of the metadata that a field is kept as.
std::string ElasticMetadataName(std::string_view field);

class ElasticDocument {
 public:
  // kInvalidArgument unless the text is a JSON object. `now_ns` is the time of a record that has
  // none.
  base::Status Read(std::string_view index, std::string_view id, std::string_view text,
                    int64_t now_ns);

  const std::vector<LogField>& labels() const { return labels_; }
  const LogRecordView& record() const { return record_; }
  // There was a time that could not be read.
  bool has_bad_time() const { return has_bad_time_; }

 private:
  void Take(const wire::DocumentField& field);
  void TakeTime(std::string_view text);
  std::string_view NameOf(std::string_view field);

  wire::DocumentFields fields_;
  std::vector<LogField> labels_;
  LogRecordView record_;
  std::deque<std::string> held_;
  const wire::DocumentField* message_ = nullptr;
  const wire::DocumentField* time_ = nullptr;
  bool has_bad_time_ = false;
};

}  // namespace sb::ingest
