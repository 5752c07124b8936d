// SPDX-License-Identifier: Apache-2.0
#include "wire/zipkin/proto_spans.h"

#include <arpa/inet.h>

#include "encoding/protobuf.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

uint64_t Nanos(uint64_t micros) {
  return micros > INT64_MAX / 1000 ? 0 : micros * 1000;
}

std::string Padded(std::string_view id, size_t bytes) {
  if (id.empty()) {
    return "";
  }
  std::string padded(bytes > id.size() ? bytes - id.size() : 0, '\0');
  return padded.append(id);
}

std::string AddressText(int family, std::string_view bytes) {
  char text[INET6_ADDRSTRLEN] = "";
  const size_t expected = family == AF_INET ? 4 : 16;
  if (bytes.size() != expected || inet_ntop(family, bytes.data(), text, sizeof(text)) == nullptr) {
    return "";
  }
  return text;
}

base::Status ReadEndpoint(std::string_view bytes, ZipkinEndpoint* endpoint) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        endpoint->service_name = in.Bytes();
        break;
      case 2:
        endpoint->ipv4 = AddressText(AF_INET, in.Bytes());
        break;
      case 3:
        endpoint->ipv6 = AddressText(AF_INET6, in.Bytes());
        break;
      case 4:
        endpoint->port = in.Int32();
        break;
      default:
        break;
    }
  }
  return in.status();
}

base::Status ReadAnnotation(std::string_view bytes, ZipkinAnnotation* annotation) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      annotation->time_ns = Nanos(in.Fixed64());
    } else if (in.field() == 2) {
      annotation->value = in.Bytes();
    }
  }
  return in.status();
}

base::Status ReadTag(std::string_view bytes, std::pair<std::string, std::string>* tag) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      tag->first = in.Bytes();
    } else if (in.field() == 2) {
      tag->second = in.Bytes();
    }
  }
  return in.status();
}

OtlpSpanKind KindOf(uint64_t number) {
  static constexpr OtlpSpanKind kKinds[] = {OtlpSpanKind::kUnspecified, OtlpSpanKind::kClient,
                                            OtlpSpanKind::kServer, OtlpSpanKind::kProducer,
                                            OtlpSpanKind::kConsumer};
  return number < 5 ? kKinds[number] : OtlpSpanKind::kUnspecified;
}

base::Status ReadField(ProtoReader* in, ZipkinSpan* span) {
  switch (in->field()) {
    case 1:
      span->trace_id = Padded(in->Bytes(), 16);
      return base::OkStatus();
    case 2:
      span->parent_id = Padded(in->Bytes(), 8);
      return base::OkStatus();
    case 3:
      span->span_id = Padded(in->Bytes(), 8);
      return base::OkStatus();
    case 4:
      span->kind = KindOf(in->Varint());
      return base::OkStatus();
    case 5:
      span->name = in->Bytes();
      return base::OkStatus();
    case 6:
      span->start_ns = Nanos(in->Fixed64());
      return base::OkStatus();
    case 7:
      span->duration_ns = Nanos(in->Varint());
      return base::OkStatus();
    case 8:
      return ReadEndpoint(in->Bytes(), &span->local);
    case 9:
      return ReadEndpoint(in->Bytes(), &span->remote);
    case 10:
      return ReadAnnotation(in->Bytes(), &span->annotations.emplace_back());
    case 11:
      return ReadTag(in->Bytes(), &span->tags.emplace_back());
    default:
      return base::OkStatus();
  }
}

base::Status ReadOne(std::string_view bytes, ZipkinSpan* span) {
  ProtoReader in(bytes);
  while (in.Next()) {
    SB_RETURN_IF_ERROR(ReadField(&in, span));
  }
  return in.status();
}

}  // namespace

base::Status ReadZipkinProto(std::string_view body, std::vector<ZipkinSpan>* spans) {
  spans->clear();
  ProtoReader in(body);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadOne(in.Bytes(), &spans->emplace_back()));
    }
  }
  return in.status();
}

}  // namespace sb::wire
