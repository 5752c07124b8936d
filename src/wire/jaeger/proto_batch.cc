// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/proto_batch.h"

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

constexpr uint64_t kNanosPerSecond = 1'000'000'000;

std::string Padded(std::string_view id, size_t bytes) {
  std::string padded(bytes > id.size() ? bytes - id.size() : 0, '\0');
  return padded.append(id);
}

class BatchReader {
 public:
  base::Status Batch(std::string_view bytes, JaegerBatch* batch) {
    ProtoReader in(bytes);
    while (in.Next()) {
      if (in.field() == 1) {
        SB_RETURN_IF_ERROR(Take(sizeof(JaegerSpan)));
        SB_RETURN_IF_ERROR(Span(in.Bytes(), &batch->spans.emplace_back()));
      } else if (in.field() == 2) {
        SB_RETURN_IF_ERROR(Process(in.Bytes(), &batch->process));
      }
    }
    return in.status();
  }

  base::Status Span(std::string_view bytes, JaegerSpan* span) {
    ProtoReader in(bytes);
    while (in.Next()) {
      SB_RETURN_IF_ERROR(SpanField(&in, span));
    }
    return in.status();
  }

 private:
  base::Status Take(size_t bytes) {
    return budget_.Take(bytes)
               ? base::OkStatus()
               : base::InvalidArgument("the batch has too many spans, tags or logs");
  }

  // Timestamp and Duration.
  static base::Status Nanos(std::string_view bytes, uint64_t* ns) {
    int64_t seconds = 0;
    int64_t nanos = 0;
    ProtoReader in(bytes);
    while (in.Next()) {
      if (in.field() == 1) {
        seconds = in.Int64();
      } else if (in.field() == 2) {
        nanos = in.Int32();
      }
    }
    const bool fits = seconds >= 0 && seconds < 9'000'000'000 && nanos >= 0;
    *ns =
        fits ? static_cast<uint64_t>(seconds) * kNanosPerSecond + static_cast<uint64_t>(nanos) : 0;
    return in.status();
  }

  base::Status Tag(std::string_view bytes, std::vector<JaegerTag>* tags) {
    static constexpr JaegerTag::Type kTypes[] = {JaegerTag::Type::kString, JaegerTag::Type::kBool,
                                                 JaegerTag::Type::kInt, JaegerTag::Type::kDouble,
                                                 JaegerTag::Type::kBinary};
    SB_RETURN_IF_ERROR(Take(sizeof(JaegerTag)));
    JaegerTag& tag = tags->emplace_back();
    std::string_view text;
    std::string_view binary;
    ProtoReader in(bytes);
    while (in.Next()) {
      switch (in.field()) {
        case 1:
          tag.key = in.Bytes();
          break;
        case 2: {
          const uint64_t type = in.Varint();
          tag.type = type < 5 ? kTypes[type] : JaegerTag::Type::kString;
          break;
        }
        case 3:
          text = in.Bytes();
          break;
        case 4:
          tag.boolean = in.Bool();
          break;
        case 5:
          tag.integer = in.Int64();
          break;
        case 6:
          tag.number = in.Double();
          break;
        case 7:
          binary = in.Bytes();
          break;
        default:
          break;
      }
    }
    tag.text = tag.type == JaegerTag::Type::kBinary ? binary : text;
    return in.status();
  }

  base::Status Log(std::string_view bytes, std::vector<JaegerLog>* logs) {
    SB_RETURN_IF_ERROR(Take(sizeof(JaegerLog)));
    JaegerLog& log = logs->emplace_back();
    ProtoReader in(bytes);
    while (in.Next()) {
      if (in.field() == 1) {
        SB_RETURN_IF_ERROR(Nanos(in.Bytes(), &log.time_ns));
      } else if (in.field() == 2) {
        SB_RETURN_IF_ERROR(Tag(in.Bytes(), &log.fields));
      }
    }
    return in.status();
  }

  base::Status Reference(std::string_view bytes, std::vector<JaegerReference>* references) {
    SB_RETURN_IF_ERROR(Take(sizeof(JaegerReference)));
    JaegerReference& reference = references->emplace_back();
    ProtoReader in(bytes);
    while (in.Next()) {
      if (in.field() == 1) {
        reference.trace_id = Padded(in.Bytes(), 16);
      } else if (in.field() == 2) {
        reference.span_id = Padded(in.Bytes(), 8);
      } else if (in.field() == 3) {
        reference.follows_from = in.Varint() == 1;
      }
    }
    return in.status();
  }

  base::Status Process(std::string_view bytes, JaegerProcess* process) {
    ProtoReader in(bytes);
    while (in.Next()) {
      if (in.field() == 1) {
        process->service_name = in.Bytes();
      } else if (in.field() == 2) {
        SB_RETURN_IF_ERROR(Tag(in.Bytes(), &process->tags));
      }
    }
    return in.status();
  }

  base::Status SpanField(ProtoReader* in, JaegerSpan* span) {
    switch (in->field()) {
      case 1:
        span->trace_id = Padded(in->Bytes(), 16);
        return base::OkStatus();
      case 2:
        span->span_id = Padded(in->Bytes(), 8);
        return base::OkStatus();
      case 3:
        span->name = in->Bytes();
        return base::OkStatus();
      case 4:
        return Reference(in->Bytes(), &span->references);
      case 5:
        span->flags = in->Uint32();
        return base::OkStatus();
      case 6:
        return Nanos(in->Bytes(), &span->start_ns);
      case 7:
        return Nanos(in->Bytes(), &span->duration_ns);
      case 8:
        return Tag(in->Bytes(), &span->tags);
      case 9:
        return Log(in->Bytes(), &span->logs);
      case 10:
        span->has_process = true;
        return Process(in->Bytes(), &span->process);
      default:
        return base::OkStatus();
    }
  }

  JaegerBudget budget_;
};

}  // namespace

base::Status ReadPostSpans(std::string_view bytes, JaegerBatch* batch) {
  *batch = JaegerBatch();
  BatchReader reader;
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(reader.Batch(in.Bytes(), batch));
    }
  }
  return in.status();
}

base::Status ReadProtoSpan(std::string_view bytes, JaegerBatch* batch) {
  *batch = JaegerBatch();
  return BatchReader().Span(bytes, &batch->spans.emplace_back());
}

}  // namespace sb::wire
