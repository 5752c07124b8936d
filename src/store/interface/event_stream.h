// SPDX-License-Identifier: Apache-2.0
//
// EventStream is what a run of events has in common: the stream labels of log records, or the
// resource and scope of spans. Its attributes are sorted by (name, type), unique by name; an empty
// set is a stream too.
//
//   EventStreamBuilder b;
//   b.Add("app", EventValue::Text("checkout"));
//   EventStream stream = b.Build();
//
// A stream is a value: a canonical encoding that copies share. Equal attributes have equal bytes.
//   encoding, repeated: varint name length, name, u8 ValueType, then kText/kBytes/kAny varint
//   length
//   + bytes, kInt/kFloat 8 bytes little endian, kBool 1 byte
//
// Threads: immutable once built.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "model/matcher.h"
#include "store/interface/event_value.h"

namespace sb::store {

struct EventAttribute {
  std::string_view name;
  EventValue value;
};

class EventStream {
 public:
  EventStream() = default;
  // Checks the encoding; kDataLoss if it is not one.
  static base::Result<EventStream> FromEncoded(std::string encoded);

  const std::vector<EventAttribute>& attributes() const;  // views into encoded()
  std::string_view encoded() const;
  uint64_t Hash() const;  // XXH3 of encoded()
  const EventValue* Find(std::string_view name) const;
  // The text of a kText attribute, else "": what a label matcher sees.
  std::string_view Label(std::string_view name) const;
  bool Matches(const std::vector<model::Matcher>& matchers) const;

  friend bool operator==(const EventStream& a, const EventStream& b) {
    return a.rep_ == b.rep_ || a.encoded() == b.encoded();
  }

 private:
  friend class EventStreamBuilder;
  struct Rep {
    std::string encoded;
    std::vector<EventAttribute> attributes;
    uint64_t hash = 0;
  };
  explicit EventStream(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
};

class EventStreamBuilder {
 public:
  // Copies. A second Add of a name replaces the first.
  void Add(std::string_view name, const EventValue& value);
  void Clear() { fields_.clear(); }
  EventStream Build();

 private:
  struct Field {
    std::string name;
    EventValue value;   // bytes unused
    std::string bytes;  // of value
  };
  std::vector<Field> fields_;
};

}  // namespace sb::store
