// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/thrift_batch.h"

namespace sb::wire {
namespace {

constexpr int kTypeCall = 1;
constexpr int kTypeOneway = 4;

uint64_t NanosOf(int64_t micros) {
  return micros <= 0 || micros > INT64_MAX / 1000 ? 0 : static_cast<uint64_t>(micros) * 1000;
}

bool IsInteger(ThriftType type) {
  return type == ThriftType::kByte || type == ThriftType::kI16 || type == ThriftType::kI32 ||
         type == ThriftType::kI64;
}

// Reads one batch; its members share the reader and the budget.
class BatchReader {
 public:
  explicit BatchReader(ThriftReader* in) : in_(*in) {}

  void Batch(JaegerBatch* batch) {
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (f.id == 1 && f.type == ThriftType::kStruct) {
        Process(&batch->process);
      } else if (f.id == 2 && f.type == ThriftType::kList) {
        List<JaegerSpan>(&batch->spans, [this](JaegerSpan* span) { Span(span); });
      } else {
        in_.Skip(f);
      }
    }
  }

 private:
  template <typename T, typename Read>
  void List(std::vector<T>* list, Read&& read) {
    ThriftType element = ThriftType::kStop;
    const uint32_t count = in_.BeginList(&element);
    if (count != 0 && element != ThriftType::kStruct) {
      in_.Fail("a list of structures holds something else");
    }
    for (uint32_t i = 0; in_.ok() && i < count; ++i) {
      if (!budget_.Take(sizeof(T))) {
        in_.Fail("the batch has too many spans, tags or logs");
        return;
      }
      read(&list->emplace_back());
    }
  }

  void Process(JaegerProcess* process) {
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (f.id == 1 && f.type == ThriftType::kString) {
        process->service_name = in_.Bytes();
      } else if (f.id == 2 && f.type == ThriftType::kList) {
        Tags(&process->tags);
      } else {
        in_.Skip(f);
      }
    }
  }

  void Tags(std::vector<JaegerTag>* tags) {
    List<JaegerTag>(tags, [this](JaegerTag* tag) { Tag(tag); });
  }

  void Tag(JaegerTag* tag) {
    static constexpr JaegerTag::Type kTypes[] = {JaegerTag::Type::kString, JaegerTag::Type::kDouble,
                                                 JaegerTag::Type::kBool, JaegerTag::Type::kInt,
                                                 JaegerTag::Type::kBinary};
    std::string_view text;
    std::string_view binary;
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (f.id == 1 && f.type == ThriftType::kString) {
        tag->key = in_.Bytes();
      } else if (f.id == 2 && f.type == ThriftType::kI32) {
        const int64_t type = in_.Integer(f.type);
        tag->type = type >= 0 && type < 5 ? kTypes[type] : JaegerTag::Type::kString;
      } else if (f.id == 3 && f.type == ThriftType::kString) {
        text = in_.Bytes();
      } else if (f.id == 4 && f.type == ThriftType::kDouble) {
        tag->number = in_.Double();
      } else if (f.id == 5 && f.type == ThriftType::kBool) {
        tag->boolean = in_.Bool(f);
      } else if (f.id == 6 && f.type == ThriftType::kI64) {
        tag->integer = in_.Integer(f.type);
      } else if (f.id == 7 && f.type == ThriftType::kString) {
        binary = in_.Bytes();
      } else {
        in_.Skip(f);
      }
    }
    tag->text = tag->type == JaegerTag::Type::kBinary ? binary : text;
  }

  void Log(JaegerLog* log) {
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (f.id == 1 && f.type == ThriftType::kI64) {
        log->time_ns = NanosOf(in_.Integer(f.type));
      } else if (f.id == 2 && f.type == ThriftType::kList) {
        Tags(&log->fields);
      } else {
        in_.Skip(f);
      }
    }
  }

  void Reference(JaegerReference* reference) {
    int64_t low = 0;
    int64_t high = 0;
    int64_t span = 0;
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (!IsInteger(f.type)) {
        in_.Skip(f);
        continue;
      }
      const int64_t value = in_.Integer(f.type);
      if (f.id == 1) {
        reference->follows_from = value == 1;
      } else if (f.id == 2) {
        low = value;
      } else if (f.id == 3) {
        high = value;
      } else if (f.id == 4) {
        span = value;
      }
    }
    reference->trace_id = ThriftTraceIdBytes(high, low);
    reference->span_id = ThriftIdBytes(span);
  }

  struct Numbers {
    int64_t low = 0;
    int64_t high = 0;
    int64_t id = 0;
    int64_t parent = 0;
  };

  void SpanNumber(int16_t id, int64_t value, Numbers* ids, JaegerSpan* span) {
    switch (id) {
      case 1:
        ids->low = value;
        break;
      case 2:
        ids->high = value;
        break;
      case 3:
        ids->id = value;
        break;
      case 4:
        ids->parent = value;
        break;
      case 7:
        span->flags = static_cast<uint32_t>(value);
        break;
      case 8:
        span->start_ns = NanosOf(value);
        break;
      case 9:
        span->duration_ns = NanosOf(value);
        break;
      default:
        break;
    }
  }

  void Span(JaegerSpan* span) {
    Numbers ids;
    ThriftFields f;
    while (in_.NextField(&f)) {
      if (IsInteger(f.type)) {
        SpanNumber(f.id, in_.Integer(f.type), &ids, span);
      } else if (f.id == 5 && f.type == ThriftType::kString) {
        span->name = in_.Bytes();
      } else if (f.id == 6 && f.type == ThriftType::kList) {
        List<JaegerReference>(&span->references, [this](JaegerReference* r) { Reference(r); });
      } else if (f.id == 10 && f.type == ThriftType::kList) {
        Tags(&span->tags);
      } else if (f.id == 11 && f.type == ThriftType::kList) {
        List<JaegerLog>(&span->logs, [this](JaegerLog* log) { Log(log); });
      } else {
        in_.Skip(f);
      }
    }
    span->trace_id = ThriftTraceIdBytes(ids.high, ids.low);
    span->span_id = ThriftIdBytes(ids.id);
    if (ids.parent != 0) {
      span->parent_id = ThriftIdBytes(ids.parent);
    }
  }

  ThriftReader& in_;
  JaegerBudget budget_;
};

}  // namespace

std::string ThriftIdBytes(int64_t id) {
  std::string bytes(8, '\0');
  auto bits = static_cast<uint64_t>(id);
  for (size_t i = 8; i-- > 0; bits >>= 8) {
    bytes[i] = static_cast<char>(bits & 255);
  }
  return bytes;
}

std::string ThriftTraceIdBytes(int64_t high, int64_t low) {
  return ThriftIdBytes(high) + ThriftIdBytes(low);
}

base::Status ReadThriftBatch(std::string_view bytes, ThriftProtocol protocol, JaegerBatch* batch) {
  *batch = JaegerBatch();
  ThriftReader in(bytes, protocol);
  BatchReader(&in).Batch(batch);
  return in.status();
}

base::Status ReadAgentMessage(std::string_view bytes, ThriftProtocol protocol, JaegerBatch* batch) {
  *batch = JaegerBatch();
  ThriftReader in(bytes, protocol);
  ThriftMessage message;
  if (!in.ReadMessage(&message)) {
    return in.status();
  }
  if (message.name != "emitBatch" || (message.type != kTypeOneway && message.type != kTypeCall)) {
    return base::InvalidArgument("only emitBatch is taken here, not " + std::string(message.name));
  }
  BatchReader reader(&in);
  ThriftFields f;
  while (in.NextField(&f)) {
    if (f.id == 1 && f.type == ThriftType::kStruct) {
      reader.Batch(batch);
    } else {
      in.Skip(f);
    }
  }
  return in.status();
}

}  // namespace sb::wire
