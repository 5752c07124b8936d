// SPDX-License-Identifier: Apache-2.0
#include "query/logql/event_rows.h"

#include "store/interface/event_schema.h"

namespace sb::logql {

void EventRows::Bind(const store::EventBlock& block) {
  block_ = &block;
  line_ = block.Find(store::kLineColumn, store::ValueType::kText);
  lengths_ = block.Find(store::kLineColumn, store::ValueType::kInt);
  metadata_.clear();
  for (const store::EventColumn& column : block.columns()) {
    if (column.type == store::ValueType::kText &&
        std::string_view(column.name).starts_with(store::kMetadataPrefix)) {
      metadata_.push_back(
          {std::string_view(column.name).substr(store::kMetadataPrefix.size()), &column});
    }
  }
  ids_.clear();
  for (const RecognisedId& id : wanted_ids_) {
    if (const auto* column = block.Find(id.column, store::ValueType::kBytes); column != nullptr) {
      ids_.push_back({&id, column});
    }
  }
  has_current_ = false;
}

const std::vector<model::Label>& EventRows::StreamLabels(uint32_t stream) {
  while (streams_.size() <= stream) {
    streams_.emplace_back();
    known_.push_back(false);
  }
  if (!known_[stream]) {
    known_[stream] = true;
    for (const store::EventAttribute& attribute : scan_.stream(stream).attributes()) {
      if (attribute.value.type == store::ValueType::kText && !attribute.value.bytes.empty()) {
        streams_[stream].push_back({attribute.name, attribute.value.bytes});
      }
    }
  }
  return streams_[stream];
}

int64_t EventRows::LineLength(size_t row) const {
  if (lengths_ != nullptr) {
    return lengths_->integers[row];
  }
  return line_ == nullptr ? 0 : static_cast<int64_t>(line_->texts[row].size());
}

void EventRows::AddIds(size_t row, LogLine* line) const {
  for (const IdColumn& id : ids_) {
    if (id.column->Has(row) && id.column->texts[row] == id.wanted->bytes &&
        line->labels.Find(id.wanted->column) == nullptr) {
      line->labels.AddMetadata(id.wanted->column, id.wanted->text);
    }
  }
}

void EventRows::Load(size_t row, LogLine* line) {
  const uint32_t stream = block_->streams()[row];
  if (!has_current_ || stream != current_stream_) {
    line->labels.SetStream(&StreamLabels(stream));
    current_stream_ = stream;
    has_current_ = true;
  }
  line->labels.StartLine();
  line->time_ns = block_->times()[row];
  line->text = line_ == nullptr ? std::string_view() : line_->texts[row];
  for (const Metadata& metadata : metadata_) {
    if (metadata.column->Has(row) && !metadata.column->texts[row].empty()) {
      line->labels.AddMetadata(metadata.name, metadata.column->texts[row]);
    }
  }
  AddIds(row, line);
}

}  // namespace sb::logql
