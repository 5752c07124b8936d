// SPDX-License-Identifier: Apache-2.0
#include "wire/loki/push_reader.h"

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;
using encoding::ProtoWriter;

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kSecondsMax = INT64_MAX / kNsPerSecond - 1;

base::Status ReadTimestamp(std::string_view bytes, int64_t* time_ns) {
  ProtoReader in(bytes);
  int64_t seconds = 0;
  int64_t nanos = 0;
  while (in.Next()) {
    if (in.field() == 1) {
      seconds = in.Int64();
    } else if (in.field() == 2) {
      nanos = in.Int32();
    }
  }
  SB_RETURN_IF_ERROR(in.status());
  if (seconds > kSecondsMax || seconds < -kSecondsMax || nanos < 0 || nanos >= kNsPerSecond) {
    return base::InvalidArgument("a timestamp out of range, seconds " + std::to_string(seconds));
  }
  *time_ns = seconds * kNsPerSecond + nanos;
  return base::OkStatus();
}

base::Status ReadPair(std::string_view bytes, LokiLabel* pair) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      pair->name = in.Bytes();
    } else if (in.field() == 2) {
      pair->value = in.Bytes();
    }
  }
  return in.status();
}

base::Status ReadEntry(std::string_view bytes, LokiEntry* entry) {
  entry->metadata.clear();
  entry->line = {};
  entry->time_ns = 0;
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        SB_RETURN_IF_ERROR(ReadTimestamp(in.Bytes(), &entry->time_ns));
        break;
      case 2:
        entry->line = in.Bytes();
        break;
      case 3:
        entry->metadata.emplace_back();
        SB_RETURN_IF_ERROR(ReadPair(in.Bytes(), &entry->metadata.back()));
        break;
      default:
        break;
    }
  }
  return in.status();
}

// The labels may stand behind the entries, so they are looked for first.
base::Status ReadStream(std::string_view bytes, LokiPushVisitor* visitor, LokiEntry* entry) {
  std::string_view label_text;
  ProtoReader labels_in(bytes);
  while (labels_in.Next()) {
    if (labels_in.field() == 1) {
      label_text = labels_in.Bytes();
      break;
    }
  }
  SB_RETURN_IF_ERROR(labels_in.status());
  std::deque<std::string> scratch;
  std::vector<LokiLabel> labels;
  if (const base::Status status = ParseLabelString(label_text, &scratch, &labels); !status.ok()) {
    return visitor->OnBadStream(status);
  }
  SB_RETURN_IF_ERROR(visitor->OnStream(labels));
  ProtoReader in(bytes);
  size_t index = 0;
  while (in.Next()) {
    if (in.field() != 2) {
      continue;
    }
    ++index;
    const base::Status read = ReadEntry(in.Bytes(), entry);
    SB_RETURN_IF_ERROR(read.ok() ? visitor->OnEntry(*entry)
                                 : visitor->OnBadEntry(LokiEntryError(labels, index, read)));
  }
  return in.status();
}

}  // namespace

base::Status LokiEntryError(const std::vector<LokiLabel>& labels, size_t index,
                            const base::Status& why) {
  return base::InvalidArgument("entry " + std::to_string(index) + " of the stream " +
                               WriteLabelString(labels) + ": " + std::string(why.message()));
}

base::Status ReadLokiProtobuf(std::string_view bytes, LokiPushVisitor* visitor) {
  ProtoReader in(bytes);
  LokiEntry entry;
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadStream(in.Bytes(), visitor, &entry));
    }
  }
  return in.status();
}

void LokiPushWriter::AddStream(std::string_view labels, const std::vector<LokiEntry>& entries) {
  ProtoWriter out(out_);
  const size_t stream = out.BeginMessage(1);
  out.Bytes(1, labels);
  for (const LokiEntry& entry : entries) {
    const size_t mark = out.BeginMessage(2);
    const size_t time = out.BeginMessage(1);
    out.Int64(1, entry.time_ns / kNsPerSecond);
    out.Int64(2, entry.time_ns % kNsPerSecond);
    out.EndMessage(time);
    out.Bytes(2, entry.line);
    for (const LokiLabel& pair : entry.metadata) {
      const size_t inner = out.BeginMessage(3);
      out.Bytes(1, pair.name);
      out.Bytes(2, pair.value);
      out.EndMessage(inner);
    }
    out.EndMessage(mark);
  }
  out.EndMessage(stream);
}

}  // namespace sb::wire
