// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/proto_to_json.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <vector>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "wire/otlp/base64.h"
#include "wire/otlp/json_text.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;
using encoding::WireType;

constexpr int kDepthMax = 200;

// One field as it stands in the bytes.
struct Entry {
  size_t field = 0;  // index in the table
  uint64_t number = 0;
  std::string_view bytes;
};

bool IsBytes(JsonType type) {
  return type == JsonType::kString || type == JsonType::kBytes || type == JsonType::kId ||
         type == JsonType::kMessage;
}

bool IsOneof(const JsonMessage& message) {
  return message.Find("stringValue") != nullptr;
}

void AppendDouble(double value, std::string* out) {
  if (std::isnan(value)) {
    out->append("\"NaN\"");
    return;
  }
  if (std::isinf(value)) {
    out->append(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    return;
  }
  char buffer[64];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), value);
  out->append(buffer, result.ptr);
}

class Printer {
 public:
  Printer(JsonDialect dialect, std::string* out) : dialect_(dialect), out_(*out) {}

  base::Status Object(const JsonMessage& message, std::string_view bytes, int depth) {
    out_.push_back('{');
    SB_RETURN_IF_ERROR(Fields(message, bytes, depth));
    out_.push_back('}');
    return base::OkStatus();
  }

  base::Status Fields(const JsonMessage& message, std::string_view bytes, int depth) {
    if (depth > kDepthMax) {
      return base::InvalidArgument("protobuf is nested too deeply");
    }
    std::vector<Entry> entries;
    SB_RETURN_IF_ERROR(Read(message, bytes, &entries));
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.field < b.field; });
    bool first = true;
    for (size_t i = 0; i < entries.size();) {
      size_t end = i;
      while (end < entries.size() && entries[end].field == entries[i].field) {
        ++end;
      }
      const JsonField& field = message.fields[entries[i].field];
      out_.append(first ? "\"" : ",\"").append(field.name).append("\":");
      first = false;
      SB_RETURN_IF_ERROR(Group(field, entries, i, end, depth));
      i = end;
    }
    return base::OkStatus();
  }

 private:
  // The known fields; zeros are dropped, except in a oneof. Parts of a message that is not repeated
  // are one message, as protobuf has it; the last of other values counts.
  base::Status Read(const JsonMessage& message, std::string_view bytes,
                    std::vector<Entry>* entries) {
    const bool keep_zeros = IsOneof(message);
    ProtoReader reader(bytes);
    while (reader.Next()) {
      const auto found =
          std::find_if(message.fields.begin(), message.fields.end(),
                       [&](const JsonField& field) { return field.number == reader.field(); });
      if (found == message.fields.end()) {
        continue;
      }
      Entry entry;
      entry.field = static_cast<size_t>(found - message.fields.begin());
      if (IsBytes(found->type)) {
        entry.bytes = reader.Bytes();
      } else if (reader.wire_type() == WireType::kFixed64) {
        entry.number = reader.Fixed64();
      } else if (reader.wire_type() == WireType::kFixed32) {
        entry.number = reader.Fixed32();
      } else {
        entry.number = reader.Varint();
      }
      const bool is_zero = found->type != JsonType::kMessage && entry.bytes.empty() &&
                           entry.number == 0 && !found->repeated;
      if (!is_zero || keep_zeros) {
        entries->push_back(entry);
      }
    }
    return reader.status();
  }

  base::Status Group(const JsonField& field, const std::vector<Entry>& entries, size_t begin,
                     size_t end, int depth) {
    if (!field.repeated) {
      if (field.type == JsonType::kMessage && end - begin > 1) {
        std::string merged;
        for (size_t i = begin; i < end; ++i) {
          merged.append(entries[i].bytes);
        }
        return Object(*field.message, merged, depth + 1);
      }
      return One(field, entries[end - 1], depth);
    }
    out_.push_back('[');
    for (size_t i = begin; i < end; ++i) {
      out_.append(i > begin ? "," : "");
      SB_RETURN_IF_ERROR(One(field, entries[i], depth));
    }
    out_.push_back(']');
    return base::OkStatus();
  }

  base::Status One(const JsonField& field, const Entry& entry, int depth) {
    switch (field.type) {
      case JsonType::kMessage:
        return Object(*field.message, entry.bytes, depth + 1);
      case JsonType::kString:
        AppendJsonText(entry.bytes, &out_);
        break;
      case JsonType::kBytes:
      case JsonType::kId:
        out_.push_back('"');
        if (field.type == JsonType::kId && dialect_ == JsonDialect::kOtlp) {
          encoding::AppendHex(entry.bytes, &out_);
        } else {
          AppendBase64(entry.bytes, &out_);
        }
        out_.push_back('"');
        break;
      case JsonType::kBool:
        out_.append(entry.number != 0 ? "true" : "false");
        break;
      case JsonType::kDouble:
        AppendDouble(std::bit_cast<double>(entry.number), &out_);
        break;
      case JsonType::kEnum:
        Enum(field, entry.number);
        break;
      default:
        Number(field, entry.number);
        break;
    }
    return base::OkStatus();
  }

  void Enum(const JsonField& field, uint64_t number) {
    if (dialect_ == JsonDialect::kGogo && number < field.names.size()) {
      out_.append("\"").append(field.names[number]).append("\"");
      return;
    }
    out_.append(std::to_string(static_cast<int32_t>(number)));
  }

  // Only intValue is a 64-bit varint in these messages; the other ones count things in 32 bits.
  void Number(const JsonField& field, uint64_t number) {
    if (field.type == JsonType::kVarint && field.name == "intValue") {
      out_.append("\"").append(std::to_string(static_cast<int64_t>(number))).append("\"");
    } else if (field.type == JsonType::kFixed64) {
      out_.append("\"").append(std::to_string(number)).append("\"");
    } else {
      out_.append(std::to_string(number));
    }
  }

  const JsonDialect dialect_;
  std::string& out_;
};

}  // namespace

base::Status AppendProtoAsJson(const JsonMessage& message, std::string_view bytes,
                               JsonDialect dialect, std::string* out) {
  return Printer(dialect, out).Object(message, bytes, 0);
}

base::Status AppendProtoFieldsAsJson(const JsonMessage& message, std::string_view bytes,
                                     JsonDialect dialect, std::string* out) {
  return Printer(dialect, out).Fields(message, bytes, 0);
}

}  // namespace sb::wire
