// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/write_protocol.h"

#include <string>
#include <utility>

#include "base/trim.h"

namespace sb::ingest {
namespace {

constexpr std::string_view kMediaType = "application/x-protobuf";

std::string_view CutAt(std::string_view* rest, char separator) {
  const size_t at = rest->find(separator);
  const std::string_view part = rest->substr(0, at);
  *rest = at == std::string_view::npos ? std::string_view() : rest->substr(at + 1);
  return base::Trim(part);
}

bool EqualsIgnoreCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] | 0x20 : text[i]) != lower[i]) {
      return false;
    }
  }
  return true;
}

base::Status Refuse(std::string_view before, std::string_view value, std::string_view after) {
  std::string message(before);
  message.append(value).append(after);
  return base::InvalidArgument(std::move(message));
}

}  // namespace

std::string_view WriteProtocolName(WriteProtocol protocol) {
  return protocol == WriteProtocol::kV1 ? "prometheus.WriteRequest"
                                        : "io.prometheus.write.v2.Request";
}

base::Result<WriteProtocol> ParseWriteProtocol(std::string_view content_type) {
  content_type = base::Trim(content_type);
  if (content_type.empty()) {
    return WriteProtocol::kV1;
  }
  std::string_view rest = content_type;
  if (CutAt(&rest, ';') != kMediaType) {
    return Refuse("expected application/x-protobuf as the first (media) part, got ", content_type,
                  " content-type");
  }
  while (!rest.empty()) {
    std::string_view value = CutAt(&rest, ';');
    const std::string_view parameter = value;
    if (value.find('=') == std::string_view::npos) {
      return Refuse(
          "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters "
          "to be key-values, got ",
          parameter, " in " + std::string(content_type) + " content-type");
    }
    if (CutAt(&value, '=') != "proto") {
      continue;
    }
    value = base::Trim(value);
    for (const WriteProtocol protocol : {WriteProtocol::kV1, WriteProtocol::kV2}) {
      if (value == WriteProtocolName(protocol)) {
        return protocol;
      }
    }
    return Refuse("got " + std::string(content_type) +
                      " content type; unknown type for remote write protobuf message ",
                  value, ", supported: prometheus.WriteRequest, io.prometheus.write.v2.Request");
  }
  return WriteProtocol::kV1;
}

base::Status CheckWriteEncoding(std::string_view content_encoding) {
  content_encoding = base::Trim(content_encoding);
  if (content_encoding.empty() || EqualsIgnoreCase(content_encoding, "snappy")) {
    return base::OkStatus();
  }
  return Refuse("", content_encoding,
                " encoding (compression) is not accepted by this server; only snappy is "
                "acceptable");
}

}  // namespace sb::ingest
