// SPDX-License-Identifier: Apache-2.0
#include "ingest/elastic/elastic_document.h"

#include <algorithm>

#include "ingest/pipeline/log_time.h"

namespace sb::ingest {
namespace {

struct LabelRow {
  std::string_view field;
  std::string_view label;
};
constexpr LabelRow kLabels[] = {
    {"kubernetes.namespace_name", "namespace"},
    {"kubernetes.namespace", "namespace"},
    {"kubernetes.pod_name", "pod"},
    {"kubernetes.pod.name", "pod"},
    {"kubernetes.container_name", "container"},
    {"kubernetes.container.name", "container"},
    {"kubernetes.labels.app", "app"},
    {"kubernetes.labels.app.kubernetes.io/name", "app"},
    {"service.name", "service_name"},
    {"service", "service_name"},
    {"stream", "stream"},
};

// In the order in which they win.
constexpr std::string_view kMessages[] = {"message", "msg", "log"};
constexpr std::string_view kTimes[] = {"@timestamp", "timestamp", "time"};

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view IndexWithoutDate(std::string_view index) {
  // -YYYY.MM.DD, -YYYY-MM-DD, -YYYY.MM, as the shippers' date formats make them.
  constexpr size_t kDay = 11;
  constexpr size_t kMonth = 8;
  const auto is_date = [](std::string_view tail) {
    const char separator = tail[5];
    if (tail[0] != '-' || (separator != '.' && separator != '-') || !IsDigits(tail.substr(1, 4)) ||
        !IsDigits(tail.substr(6, 2))) {
      return false;
    }
    return tail.size() == kMonth || (tail[8] == separator && IsDigits(tail.substr(9, 2)));
  };
  for (const size_t size : {kDay, kMonth}) {
    if (index.size() > size && is_date(index.substr(index.size() - size))) {
      return index.substr(0, index.size() - size);
    }
  }
  return index;
}

std::string_view ElasticLabelOf(std::string_view field) {
  for (const LabelRow& row : kLabels) {
    if (row.field == field) {
      return row.label;
    }
  }
  return {};
}

std::string ElasticMetadataName(std::string_view field) {
  std::string name;
  if (!field.empty() && field.front() >= '0' && field.front() <= '9') {
    name.push_back('_');
  }
  for (const char c : field) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name.push_back(keep ? c : '_');
  }
  return name;
}

std::string_view ElasticDocument::NameOf(std::string_view field) {
  const bool is_plain = std::all_of(field.begin(), field.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  });
  if (is_plain) {
    return field;
  }
  held_.push_back(ElasticMetadataName(field));
  return held_.back();
}

void ElasticDocument::Take(const wire::DocumentField& field) {
  if (&field == message_ || &field == time_ || field.kind == wire::DocumentKind::kNull) {
    return;
  }
  const std::string_view label = ElasticLabelOf(field.name);
  if (!label.empty() && field.kind == wire::DocumentKind::kString) {
    labels_.push_back({label, field.value});
    return;
  }
  record_.metadata.push_back({NameOf(field.name), field.value});
}

void ElasticDocument::TakeTime(std::string_view text) {
  has_bad_time_ = !ParseLogTime(text, &record_.time_ns);
}

base::Status ElasticDocument::Read(std::string_view index, std::string_view id,
                                   std::string_view text, int64_t now_ns) {
  record_.Clear();
  labels_.clear();
  held_.clear();
  message_ = time_ = nullptr;
  has_bad_time_ = false;
  SB_RETURN_IF_ERROR(fields_.Read(text));
  for (const std::string_view name : kMessages) {
    const wire::DocumentField* field = fields_.Find(name);
    if (field != nullptr && field->kind == wire::DocumentKind::kString) {
      message_ = field;
      break;
    }
  }
  for (const std::string_view name : kTimes) {
    time_ = fields_.Find(name);
    if (time_ != nullptr) {
      break;
    }
  }
  record_.time_ns = now_ns;
  if (time_ != nullptr) {
    TakeTime(time_->value);
  }
  if (has_bad_time_) {
    time_ = nullptr;  // a field like any other, so that what it says is not lost
  }
  record_.line = message_ != nullptr ? message_->value : text;
  labels_.push_back({"index", IndexWithoutDate(index)});
  if (!id.empty()) {
    record_.metadata.push_back({"_id", id});
  }
  for (const wire::DocumentField& field : fields_.fields()) {
    Take(field);
  }
  return base::OkStatus();
}

}  // namespace sb::ingest
