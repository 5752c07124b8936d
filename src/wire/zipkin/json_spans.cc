// SPDX-License-Identifier: Apache-2.0
#include "wire/zipkin/json_spans.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <cstring>

#include "encoding/hex.h"

namespace sb::wire {
namespace {

using Json = rapidjson::Value;

std::string_view View(const Json& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength())
                          : std::string_view();
}

const Json* Find(const Json& object, const char* key) {
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::string Text(const Json& object, const char* key) {
  const Json* found = Find(object, key);
  return found == nullptr ? std::string() : std::string(View(*found));
}

int64_t Number(const Json& object, const char* key) {
  const Json* found = Find(object, key);
  if (found == nullptr) {
    return 0;
  }
  if (found->IsInt64()) {
    return found->GetInt64();
  }
  const double value = found->IsDouble() ? found->GetDouble() : 0;
  return value > 0 && value < 9e18 ? static_cast<int64_t>(value) : 0;
}

uint64_t Nanos(const Json& object, const char* key) {
  const int64_t micros = Number(object, key);
  return micros <= 0 || micros > INT64_MAX / 1000 ? 0 : static_cast<uint64_t>(micros) * 1000;
}

// Hex of up to `bytes` bytes, padded on the left.
base::Status Id(const Json& object, const char* key, size_t bytes, std::string* id) {
  std::string hex = Text(object, key);
  if (hex.empty()) {
    return base::OkStatus();
  }
  if (hex.size() < 2 * bytes) {
    hex.insert(0, 2 * bytes - hex.size(), '0');
  }
  id->clear();
  if (hex.size() != 2 * bytes || !encoding::ParseHex(hex, id)) {
    return base::InvalidArgument(std::string(key) + " is no id of at most " +
                                 std::to_string(2 * bytes) + " hexadecimal digits: " + hex);
  }
  if (std::all_of(id->begin(), id->end(), [](char c) { return c == 0; })) {
    id->clear();
  }
  return base::OkStatus();
}

base::Status Ids(const Json& object, ZipkinSpan* span) {
  SB_RETURN_IF_ERROR(Id(object, "traceId", 16, &span->trace_id));
  SB_RETURN_IF_ERROR(Id(object, "id", 8, &span->span_id));
  return Id(object, "parentId", 8, &span->parent_id);
}

ZipkinEndpoint Endpoint(const Json* object) {
  ZipkinEndpoint endpoint;
  if (object != nullptr && object->IsObject()) {
    endpoint.service_name = Text(*object, "serviceName");
    endpoint.ipv4 = Text(*object, "ipv4");
    endpoint.ipv6 = Text(*object, "ipv6");
    endpoint.port = Number(*object, "port");
  }
  return endpoint;
}

OtlpSpanKind Kind(std::string_view text) {
  return text == "CLIENT"     ? OtlpSpanKind::kClient
         : text == "SERVER"   ? OtlpSpanKind::kServer
         : text == "PRODUCER" ? OtlpSpanKind::kProducer
         : text == "CONSUMER" ? OtlpSpanKind::kConsumer
                              : OtlpSpanKind::kUnspecified;
}

template <typename Read>
void ForEachObject(const Json& object, const char* key, Read&& read) {
  const Json* list = Find(object, key);
  if (list == nullptr || !list->IsArray()) {
    return;
  }
  for (const Json& element : list->GetArray()) {
    if (element.IsObject()) {
      read(element);
    }
  }
}

base::Status ReadV2(const Json& object, ZipkinSpan* span) {
  SB_RETURN_IF_ERROR(Ids(object, span));
  span->name = Text(object, "name");
  span->kind = Kind(Text(object, "kind"));
  span->start_ns = Nanos(object, "timestamp");
  span->duration_ns = Nanos(object, "duration");
  span->local = Endpoint(Find(object, "localEndpoint"));
  span->remote = Endpoint(Find(object, "remoteEndpoint"));
  ForEachObject(object, "annotations", [span](const Json& annotation) {
    span->annotations.push_back({Nanos(annotation, "timestamp"), Text(annotation, "value")});
  });
  if (const Json* tags = Find(object, "tags"); tags != nullptr && tags->IsObject()) {
    for (const auto& tag : tags->GetObject()) {
      span->tags.emplace_back(View(tag.name), View(tag.value));
    }
  }
  return base::OkStatus();
}

// What the six core annotations say. Their times stand in for a missing timestamp and duration.
class CoreAnnotations {
 public:
  // False if it is none of them.
  bool Take(std::string_view value, uint64_t time_ns, ZipkinSpan* span) {
    static constexpr struct {
      std::string_view value;
      OtlpSpanKind kind;
    } kCore[] = {{"cs", OtlpSpanKind::kClient},   {"cr", OtlpSpanKind::kClient},
                 {"sr", OtlpSpanKind::kServer},   {"ss", OtlpSpanKind::kServer},
                 {"ms", OtlpSpanKind::kProducer}, {"mr", OtlpSpanKind::kConsumer}};
    for (const auto& core : kCore) {
      if (core.value == value) {
        span->kind = core.kind;
        first_ns_ = first_ns_ == 0 ? time_ns : std::min(first_ns_, time_ns);
        last_ns_ = std::max(last_ns_, time_ns);
        return true;
      }
    }
    return false;
  }
  void Complete(ZipkinSpan* span) const {
    if (span->start_ns == 0) {
      span->start_ns = first_ns_;
    }
    if (span->duration_ns == 0 && last_ns_ > span->start_ns) {
      span->duration_ns = last_ns_ - span->start_ns;
    }
  }

 private:
  uint64_t first_ns_ = 0;
  uint64_t last_ns_ = 0;
};

std::string ScalarText(const Json* value) {
  if (value == nullptr) {
    return "";
  }
  if (value->IsString()) {
    return std::string(View(*value));
  }
  return value->IsBool()     ? (value->GetBool() ? "true" : "false")
         : value->IsInt64()  ? std::to_string(value->GetInt64())
         : value->IsDouble() ? std::to_string(value->GetDouble())
                             : "";
}

base::Status ReadV1(const Json& object, ZipkinSpan* span) {
  SB_RETURN_IF_ERROR(Ids(object, span));
  span->name = Text(object, "name");
  span->start_ns = Nanos(object, "timestamp");
  span->duration_ns = Nanos(object, "duration");
  CoreAnnotations core;
  const auto keep_local = [span](const Json& of) {
    if (span->local.service_name.empty()) {
      span->local = Endpoint(Find(of, "endpoint"));
    }
  };
  ForEachObject(object, "annotations", [&](const Json& annotation) {
    const std::string value = Text(annotation, "value");
    const uint64_t time_ns = Nanos(annotation, "timestamp");
    keep_local(annotation);
    if (!core.Take(value, time_ns, span)) {
      span->annotations.push_back({time_ns, value});
    }
  });
  ForEachObject(object, "binaryAnnotations", [&](const Json& annotation) {
    const std::string key = Text(annotation, "key");
    if (key == "sa" || key == "ca" || key == "ma") {  // the address of the other side
      span->remote = Endpoint(Find(annotation, "endpoint"));
      return;
    }
    keep_local(annotation);
    span->tags.emplace_back(key, ScalarText(Find(annotation, "value")));
  });
  core.Complete(span);
  return base::OkStatus();
}

using ReadOne = base::Status (*)(const Json& object, ZipkinSpan* span);

base::Status ReadList(std::string_view body, ReadOne read, std::vector<ZipkinSpan>* spans) {
  spans->clear();
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  if (document.HasParseError()) {
    return base::InvalidArgument(
        "malformed json: " + std::string(rapidjson::GetParseError_En(document.GetParseError())) +
        " at byte " + std::to_string(document.GetErrorOffset()));
  }
  if (!document.IsArray()) {
    return base::InvalidArgument("the body must be a list of spans");
  }
  for (const Json& object : document.GetArray()) {
    if (!object.IsObject()) {
      return base::InvalidArgument("the body must be a list of spans");
    }
    SB_RETURN_IF_ERROR(read(object, &spans->emplace_back()));
  }
  return base::OkStatus();
}

}  // namespace

base::Status ReadZipkinV2Json(std::string_view body, std::vector<ZipkinSpan>* spans) {
  return ReadList(body, ReadV2, spans);
}

base::Status ReadZipkinV1Json(std::string_view body, std::vector<ZipkinSpan>* spans) {
  return ReadList(body, ReadV1, spans);
}

}  // namespace sb::wire
