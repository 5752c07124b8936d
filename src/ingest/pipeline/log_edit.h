// SPDX-License-Identifier: Apache-2.0
//
// LogEdit is a record in the hands of the stages: labels, line and fields may be changed; what a
// stage makes anew lives in `held` until the record is in its batch. Threads: a value.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/pipeline/log_record.h"

namespace sb::ingest {

struct LogEdit {
  std::vector<LogField> labels;
  LogRecordView record;
  bool labels_changed = false;
  std::deque<std::string> held;

  std::string_view Hold(std::string text) {
    held.push_back(std::move(text));
    return held.back();
  }
  std::string_view Label(std::string_view name) const {
    for (const LogField& label : labels) {
      if (label.name == name) {
        return label.value;
      }
    }
    return {};
  }
  // Of the metadata, else a label; "" if there is none.
  std::string_view Field(std::string_view name) const {
    for (const LogField& field : record.metadata) {
      if (field.name == name) {
        return field.value;
      }
    }
    return Label(name);
  }
  void SetLabel(std::string_view name, std::string_view value) {
    labels_changed = true;
    for (LogField& label : labels) {
      if (label.name == name) {
        label.value = value;
        return;
      }
    }
    labels.push_back({name, value});
  }
};

}  // namespace sb::ingest
