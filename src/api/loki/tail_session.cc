// SPDX-License-Identifier: Apache-2.0
#include "api/loki/tail_session.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "store/interface/event_schema.h"

namespace sb::api::loki {
namespace {

// The value of a text column at `row`, moving the column's cursor; rows only go up.
const std::string_view* ValueAt(const store::EventBatch::ColumnData& column, size_t row,
                                size_t* cursor, std::string_view* value) {
  while (*cursor < column.rows.size() && column.rows[*cursor] < row) {
    ++*cursor;
  }
  if (*cursor >= column.rows.size() || column.rows[*cursor] != row) {
    return nullptr;
  }
  *value = column.BytesAt(*cursor);
  return value;
}

// Equal for equal lines.
std::string KeyOf(const model::LabelSet& labels, const logql::LogEntry& entry) {
  std::string key = std::to_string(entry.time_ns);
  key += ' ';
  key += labels.Encoded();
  key += entry.line;
  return key;
}

}  // namespace

base::Status TailSession::Prepare(int64_t now_ns) {
  const base::MutexLock lock(mutex_);
  logql::PipelineOptions options;
  options.now_ns = now_ns;
  SB_ASSIGN_OR_RETURN(pipeline_, logql::Pipeline::Compile(log_->stages, options));
  return base::OkStatus();
}

void TailSession::Subscribe(store::EventReader& reader) {
  std::weak_ptr<TailSession> weak = weak_from_this();
  auto subscription = reader.Subscribe([weak](const store::EventBatch& batch) {
    if (const auto session = weak.lock(); session != nullptr) {
      session->OnBatch(batch);
    }
  });
  const base::MutexLock lock(subscription_mutex_);
  subscription_ = std::move(subscription);
}

void TailSession::Start(std::shared_ptr<net::WebSocket> socket,
                        const logql::LogAnswer& backlog) {
  if (!backlog.streams.empty()) {
    socket->SendText(TailJson(backlog, style_, {}));
  }
  std::set<std::string> sent;
  for (const logql::LogStreamResult& stream : backlog.streams) {
    for (const logql::LogEntry& entry : stream.entries) {
      sent.insert(KeyOf(stream.labels, entry));
    }
  }
  {
    const base::MutexLock lock(mutex_);
    std::erase_if(queue_, [&sent](const Line& line) {
      return sent.contains(KeyOf(line.labels, line.entry));
    });
    if (!is_stopped_) {
      socket_ = std::move(socket);
    }
  }
  StartDraining();
}

void TailSession::Stop() {
  std::unique_ptr<store::EventReader::Subscription> ended;
  {
    const base::MutexLock lock(subscription_mutex_);
    ended = std::move(subscription_);
  }
  ended.reset();  // outside of the lock: waits for a call that is under way
  const base::MutexLock lock(mutex_);
  is_stopped_ = true;
  socket_ = nullptr;
  queue_.clear();
}

void TailSession::OnBatch(const store::EventBatch& batch) {
  {
    const base::MutexLock lock(mutex_);
    if (is_stopped_) {
      return;
    }
    std::vector<bool> matches;
    for (const store::EventStream& stream : batch.streams()) {
      matches.push_back(stream.Matches(log_->matchers));
    }
    std::vector<size_t> cursors(batch.columns().size());
    for (size_t row = 0; row < batch.row_count(); ++row) {
      if (matches[batch.stream_indexes()[row]]) {
        AddRow(batch, row, &cursors);
      }
    }
  }
  StartDraining();
}

void TailSession::StartDraining() {
  {
    const base::MutexLock lock(mutex_);
    if (socket_ == nullptr || is_draining_ || (queue_.empty() && dropped_.empty())) {
      return;
    }
    is_draining_ = true;
  }
  if (!pool_->Post([self = shared_from_this()] { self->Drain(); }).ok()) {
    const base::MutexLock lock(mutex_);
    is_draining_ = false;  // the next batch tries again
  }
}

void TailSession::AddRow(const store::EventBatch& batch, size_t row,
                         std::vector<size_t>* cursors) {
  std::vector<model::Label> labels;
  for (const store::EventAttribute& attribute :
       batch.streams()[batch.stream_indexes()[row]].attributes()) {
    if (attribute.value.type == store::ValueType::kText && !attribute.value.bytes.empty()) {
      labels.push_back({attribute.name, attribute.value.bytes});
    }
  }
  line_.labels.SetStream(&labels);
  line_.labels.StartLine();
  line_.time_ns = batch.times()[row];
  line_.text = {};
  size_t index = 0;
  for (const store::EventBatch::ColumnData& column : batch.columns()) {
    size_t* cursor = &(*cursors)[index++];
    std::string_view value;
    if (column.type != store::ValueType::kText ||
        ValueAt(column, row, cursor, &value) == nullptr) {
      continue;
    }
    const std::string_view name = column.name;
    if (name == store::kLineColumn) {
      line_.text = value;
    } else if (name.starts_with(store::kMetadataPrefix) && !value.empty()) {
      line_.labels.AddMetadata(name.substr(store::kMetadataPrefix.size()), value);
    }
  }
  if (pipeline_.Run(&line_)) {
    Line line;
    line.entry = logql::EntryOf(line_, &line.labels, &line.stream);
    Enqueue(std::move(line));
  }
  line_.labels.SetStream(nullptr);
}

void TailSession::Enqueue(Line line) {
  if (queue_.size() < kQueuedMax) {
    queue_.push_back(std::move(line));
  } else if (dropped_.size() < kDroppedMax) {
    dropped_.push_back({line.entry.time_ns, std::move(line.labels)});
  }
}

std::string TailSession::NextMessage() {
  constexpr size_t kLinesMax = 1000;
  logql::LogAnswer answer;
  std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels;
  while (!queue_.empty() && answer.entries < kLinesMax) {
    Line& line = queue_.front();
    const auto [found, is_new] = by_labels.emplace(line.labels, answer.streams.size());
    if (is_new) {
      answer.streams.push_back({line.labels, line.stream, {}});
    }
    answer.streams[found->second].entries.push_back(std::move(line.entry));
    ++answer.entries;
    queue_.pop_front();
  }
  if (answer.entries == 0 && dropped_.empty()) {
    return "";
  }
  return TailJson(answer, style_, std::exchange(dropped_, {}));
}

void TailSession::Drain() {
  for (;;) {
    std::string message;
    std::shared_ptr<net::WebSocket> socket;
    {
      const base::MutexLock lock(mutex_);
      socket = socket_;
      if (socket != nullptr && socket->IsOpen() && socket->unsent_bytes() < kUnsentBytesMax) {
        message = NextMessage();
      }
      if (message.empty()) {
        is_draining_ = false;
        return;
      }
    }
    if (!socket->SendText(message)) {
      const base::MutexLock lock(mutex_);
      is_draining_ = false;
      return;
    }
  }
}

}  // namespace sb::api::loki
