// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/journal.h"

#include <algorithm>

#include "encoding/bytes.h"
#include "store/file/wal_reader.h"

namespace sb::alert {
namespace {

// Bytes of a record's first byte; never given another meaning.
enum class RecordType : uint8_t {
  kAlerts = 1,
  kSilence = 2,
  kNotification = 3,
  kHistory = 4,
  kAcknowledgement = 5,
  kSending = 6,
  kTold = 7,
};

constexpr size_t kAlertsPerRecord = 1'000;
constexpr uint64_t kSegmentBytes = 16 << 20;

class Writer {
 public:
  explicit Writer(RecordType type) { out_ += static_cast<char>(type); }
  Writer& Uint(uint64_t value) {
    encoding::AppendVarint(&out_, value);
    return *this;
  }
  Writer& Time(base::TimestampNs time) { return Uint(encoding::ZigZagEncode(time.Value())); }
  Writer& Text(std::string_view text) {
    Uint(text.size());
    out_ += text;
    return *this;
  }
  Writer& Labels(const model::LabelSet& labels) {
    Uint(labels.size());
    for (const model::Label& label : labels) {
      Text(label.name).Text(label.value);
    }
    return *this;
  }
  Writer& Texts(const std::map<std::string, std::string>& texts) {
    Uint(texts.size());
    for (const auto& [name, value] : texts) {
      Text(name).Text(value);
    }
    return *this;
  }
  template <typename C>
  Writer& Numbers(const C& numbers) {
    Uint(numbers.size());
    for (const uint64_t number : numbers) {
      Uint(number);
    }
    return *this;
  }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// Every read checks; after the first failure all give zero values.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : in_(bytes) {}
  bool ok() const { return in_.ok(); }
  bool AtEnd() const { return in_.empty(); }

  uint64_t Uint() { return in_.Varint(); }
  base::TimestampNs Time() { return base::TimestampNs(in_.ZigZag()); }
  std::string_view Text() { return in_.LengthPrefixed(); }
  // How many things follow: no more than there are bytes.
  size_t Count() {
    const uint64_t count = Uint();
    if (count > in_.left()) {
      in_.Fail();
      return 0;
    }
    return count;
  }
  model::LabelSet Labels() {
    std::vector<model::Label> labels;
    const size_t count = Count();
    for (size_t i = 0; i < count && ok(); ++i) {
      const std::string_view name = Text();
      labels.push_back({name, Text()});
    }
    return model::LabelSet::FromLabels(std::move(labels));
  }
  std::map<std::string, std::string> Texts() {
    std::map<std::string, std::string> texts;
    const size_t count = Count();
    for (size_t i = 0; i < count && ok(); ++i) {
      std::string name(Text());
      texts[std::move(name)] = Text();
    }
    return texts;
  }
  std::vector<uint64_t> Numbers() {
    std::vector<uint64_t> numbers;
    const size_t count = Count();
    for (size_t i = 0; i < count && ok(); ++i) {
      numbers.push_back(Uint());
    }
    return numbers;
  }

 private:
  encoding::ByteReader in_;
};

void WriteAlert(const notify::Alert& alert, Writer* writer) {
  writer->Labels(alert.labels)
      .Labels(alert.annotations)
      .Time(alert.starts_at)
      .Time(alert.ends_at)
      .Time(alert.updated_at)
      .Text(alert.generator_url)
      .Uint(alert.ends_by_timeout ? 1 : 0);
}

void WriteNotification(const NotificationEntry& entry, Writer* writer) {
  writer->Text(entry.key).Numbers(entry.firing).Numbers(entry.resolved).Time(entry.sent_at);
  writer->Texts(entry.store);
}

void WriteHistory(const HistoryEntry& entry, Writer* writer) {
  writer->Time(entry.at)
      .Uint(static_cast<uint64_t>(entry.outcome))
      .Text(entry.group_key)
      .Text(entry.receiver)
      .Text(entry.integration)
      .Text(entry.reason)
      .Text(entry.error)
      .Numbers(entry.firing)
      .Numbers(entry.resolved)
      .Uint(static_cast<uint64_t>(entry.attempts))
      .Uint(static_cast<uint64_t>(entry.duration_ms));
}

AlertPtr ReadAlert(Reader* reader) {
  auto alert = std::make_shared<notify::Alert>();
  alert->labels = reader->Labels();
  alert->annotations = reader->Labels();
  alert->starts_at = reader->Time();
  alert->ends_at = reader->Time();
  alert->updated_at = reader->Time();
  alert->generator_url = reader->Text();
  alert->ends_by_timeout = reader->Uint() != 0;
  alert->fingerprint = notify::Fingerprint(alert->labels);
  return alert;
}

bool ReadAlerts(Reader* reader, const JournalVisitor& visitor) {
  const size_t count = reader->Count();
  for (size_t i = 0; i < count; ++i) {
    AlertPtr alert = ReadAlert(reader);
    if (!reader->ok()) {
      return false;
    }
    visitor.alert(std::move(alert));
  }
  return reader->ok();
}

bool ReadSilence(Reader* reader, const JournalVisitor& visitor) {
  Silence silence;
  silence.id = reader->Text();
  const size_t sets = reader->Count();
  for (size_t i = 0; i < sets && reader->ok(); ++i) {
    AlertMatchers set;
    const size_t count = reader->Count();
    for (size_t k = 0; k < count && reader->ok(); ++k) {
      const uint64_t op = reader->Uint();
      std::string name(reader->Text());
      std::string value(reader->Text());
      auto matcher =
          AlertMatcher::Create(static_cast<MatcherOp>(op & 3), std::move(name), std::move(value));
      if (!matcher.ok() || op > 3) {
        return false;
      }
      set.push_back(std::move(matcher).value());
    }
    silence.matcher_sets.push_back(std::move(set));
  }
  silence.starts_at = reader->Time();
  silence.ends_at = reader->Time();
  silence.updated_at = reader->Time();
  silence.created_by = reader->Text();
  silence.comment = reader->Text();
  if (!reader->AtEnd()) {  // records of earlier versions end here
    silence.annotations = reader->Texts();
  }
  if (reader->ok()) {
    visitor.silence(std::move(silence));
  }
  return reader->ok();
}

bool ReadSending(Reader* reader, const JournalVisitor& visitor) {
  SendingEntry entry;
  entry.key = reader->Text();
  entry.idempotency_key = reader->Text();
  if (reader->ok()) {
    visitor.sending(std::move(entry));
  }
  return reader->ok();
}

// Records of earlier versions end before the store.
bool ReadNotification(Reader* reader, const JournalVisitor& visitor) {
  NotificationEntry entry;
  entry.key = reader->Text();
  const std::vector<uint64_t> firing = reader->Numbers();
  const std::vector<uint64_t> resolved = reader->Numbers();
  entry.firing = {firing.begin(), firing.end()};
  entry.resolved = {resolved.begin(), resolved.end()};
  entry.sent_at = reader->Time();
  if (!reader->AtEnd()) {
    entry.store = reader->Texts();
  }
  if (reader->ok()) {
    visitor.notification(std::move(entry));
  }
  return reader->ok();
}

bool ReadHistory(Reader* reader, const JournalVisitor& visitor) {
  HistoryEntry entry;
  entry.at = reader->Time();
  const uint64_t outcome = reader->Uint();
  entry.outcome = static_cast<Outcome>(outcome);
  entry.group_key = reader->Text();
  entry.receiver = reader->Text();
  entry.integration = reader->Text();
  entry.reason = reader->Text();
  entry.error = reader->Text();
  entry.firing = reader->Numbers();
  entry.resolved = reader->Numbers();
  entry.attempts = static_cast<int64_t>(reader->Uint());
  entry.duration_ms = static_cast<int64_t>(reader->Uint());
  if (!reader->ok() || outcome > static_cast<uint64_t>(Outcome::kEscalated)) {
    return false;
  }
  visitor.history(std::move(entry));
  return true;
}

bool ReadAcknowledgement(Reader* reader, const JournalVisitor& visitor) {
  Acknowledgement ack;
  ack.fingerprint = reader->Uint();
  ack.by = reader->Text();
  ack.comment = reader->Text();
  ack.at = reader->Time();
  ack.alert_starts_at = reader->Time();
  if (reader->ok()) {
    visitor.acknowledgement(std::move(ack));
  }
  return reader->ok();
}

bool ReadRecord(std::string_view bytes, const JournalVisitor& visitor) {
  if (bytes.empty()) {
    return false;
  }
  Reader reader(bytes.substr(1));
  switch (static_cast<RecordType>(bytes.front())) {
    case RecordType::kAlerts:
      return ReadAlerts(&reader, visitor);
    case RecordType::kSilence:
      return ReadSilence(&reader, visitor);
    case RecordType::kNotification:
      return ReadNotification(&reader, visitor);
    case RecordType::kHistory:
      return ReadHistory(&reader, visitor);
    case RecordType::kAcknowledgement:
      return ReadAcknowledgement(&reader, visitor);
    case RecordType::kSending:
      return ReadSending(&reader, visitor);
    case RecordType::kTold:
      return ReadNotification(&reader, visitor) && ReadHistory(&reader, visitor);
  }
  return false;
}

}  // namespace

std::string_view OutcomeText(Outcome outcome) {
  switch (outcome) {
    case Outcome::kSent:
      return "sent";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kSilenced:
      return "silenced";
    case Outcome::kInhibited:
      return "inhibited";
    case Outcome::kMuted:
      return "muted";
    case Outcome::kEscalated:
      return "escalated";
  }
  return "";
}

base::Result<std::unique_ptr<Journal>> Journal::Open(base::Env& env, const std::string& folder,
                                                     const JournalVisitor& visitor,
                                                     uint64_t* unreadable) {
  store::Wal::Options options;
  options.segment_bytes = kSegmentBytes;
  store::Wal::OpenReport report;
  SB_ASSIGN_OR_RETURN(std::unique_ptr<store::Wal> wal,
                      store::Wal::Open(env, folder, options, &report));
  store::WalReader reader(env.files(), folder, report.first_segment);
  store::WalRecord record;
  *unreadable = 0;
  while (reader.Next(&record)) {
    *unreadable += ReadRecord(record.bytes, visitor) ? 0 : 1;
  }
  *unreadable += reader.losses().size();
  return std::unique_ptr<Journal>(new Journal(std::move(wal)));
}

base::Status Journal::Alerts(const std::vector<AlertPtr>& alerts) {
  for (size_t at = 0; at < alerts.size(); at += kAlertsPerRecord) {
    const size_t end = std::min(alerts.size(), at + kAlertsPerRecord);
    Writer writer(RecordType::kAlerts);
    writer.Uint(end - at);
    for (size_t i = at; i < end; ++i) {
      WriteAlert(*alerts[i], &writer);
    }
    SB_RETURN_IF_ERROR(wal_->Append(writer.bytes()));
  }
  return base::OkStatus();
}

base::Status Journal::SilenceChanged(const Silence& silence) {
  Writer writer(RecordType::kSilence);
  writer.Text(silence.id).Uint(silence.matcher_sets.size());
  for (const AlertMatchers& set : silence.matcher_sets) {
    writer.Uint(set.size());
    for (const AlertMatcher& matcher : set) {
      writer.Uint(static_cast<uint64_t>(matcher.op())).Text(matcher.name()).Text(matcher.value());
    }
  }
  writer.Time(silence.starts_at)
      .Time(silence.ends_at)
      .Time(silence.updated_at)
      .Text(silence.created_by)
      .Text(silence.comment)
      .Texts(silence.annotations);
  return wal_->Append(writer.bytes());
}

base::Status Journal::Sending(const SendingEntry& entry) {
  Writer writer(RecordType::kSending);
  writer.Text(entry.key).Text(entry.idempotency_key);
  return wal_->Append(writer.bytes());
}

base::Status Journal::Notified(const NotificationEntry& entry) {
  Writer writer(RecordType::kNotification);
  WriteNotification(entry, &writer);
  return wal_->Append(writer.bytes());
}

base::Status Journal::Happened(const HistoryEntry& entry) {
  Writer writer(RecordType::kHistory);
  WriteHistory(entry, &writer);
  return wal_->Append(writer.bytes());
}

base::Status Journal::Told(const NotificationEntry& entry, const HistoryEntry& history) {
  Writer writer(RecordType::kTold);
  WriteNotification(entry, &writer);
  WriteHistory(history, &writer);
  return wal_->Append(writer.bytes());
}

base::Status Journal::Acknowledged(const Acknowledgement& ack) {
  Writer writer(RecordType::kAcknowledgement);
  writer.Uint(ack.fingerprint)
      .Text(ack.by)
      .Text(ack.comment)
      .Time(ack.at)
      .Time(ack.alert_starts_at);
  return wal_->Append(writer.bytes());
}

base::Status Journal::EndRewrite(uint64_t segment) {
  SB_RETURN_IF_ERROR(wal_->Sync());
  return wal_->RemoveSegmentsBefore(segment);
}

}  // namespace sb::alert
