// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/export_response.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "encoding/protobuf.h"
#include "model/label_name.h"

namespace sb::wire {
namespace {

using Json = rapidjson::Writer<rapidjson::StringBuffer>;

const char* RejectedKey(OtlpSignal signal) {
  switch (signal) {
    case OtlpSignal::kTraces:
      return "rejectedSpans";
    case OtlpSignal::kMetrics:
      return "rejectedDataPoints";
    case OtlpSignal::kLogs:
      return "rejectedLogRecords";
  }
  return "";
}

// Messages quote what was sent, which need not be text, and both encodings demand UTF-8.
std::string Utf8Of(std::string_view text) {
  std::string out(text);
  if (!model::IsValidUtf8(out)) {
    for (char& c : out) {
      c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
  }
  return out;
}

void WriteText(std::string_view key, std::string_view value, Json* json) {
  json->Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  json->String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

}  // namespace

std::string_view OtlpContentType(OtlpEncoding encoding) {
  return encoding == OtlpEncoding::kJson ? "application/json" : "application/x-protobuf";
}

bool ParseOtlpContentType(std::string_view media_type, OtlpEncoding* encoding) {
  if (media_type == "application/json") {
    *encoding = OtlpEncoding::kJson;
    return true;
  }
  *encoding = OtlpEncoding::kProtobuf;
  return media_type == "application/x-protobuf" || media_type == "application/protobuf";
}

std::string WriteExportResponse(OtlpSignal signal, OtlpEncoding encoding,
                                const OtlpPartialSuccess& partial) {
  const bool is_partial = partial.rejected != 0 || !partial.message.empty();
  const std::string message = Utf8Of(partial.message);
  if (encoding == OtlpEncoding::kProtobuf) {
    std::string out;
    if (is_partial) {
      encoding::ProtoWriter writer(&out);
      const size_t mark = writer.BeginMessage(1);
      writer.Varint(1, partial.rejected);
      writer.Bytes(2, message);
      writer.EndMessage(mark);
    }
    return out;
  }
  rapidjson::StringBuffer buffer;
  Json json(buffer);
  json.StartObject();
  if (is_partial) {
    json.Key("partialSuccess");
    json.StartObject();
    WriteText(RejectedKey(signal), std::to_string(partial.rejected), &json);
    WriteText("errorMessage", message, &json);
    json.EndObject();
  }
  json.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

std::string WriteRpcStatus(OtlpEncoding encoding, const base::Status& status) {
  const int code = static_cast<int>(status.code());
  const std::string message = Utf8Of(status.message());
  if (encoding == OtlpEncoding::kProtobuf) {
    std::string out;
    encoding::ProtoWriter writer(&out);
    writer.Varint(1, static_cast<uint64_t>(code));
    writer.Bytes(2, message);
    return out;
  }
  rapidjson::StringBuffer buffer;
  Json json(buffer);
  json.StartObject();
  json.Key("code");
  json.Int(code);
  WriteText("message", message, &json);
  json.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace sb::wire
