// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/envelope_reader.h"

namespace sb::wire {
namespace {

using encoding::ProtoReader;

base::Status ReadResource(std::string_view bytes, OtlpResource* resource) {
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadAttribute(in.Bytes(), &resource->attributes));
    }
  }
  return in.status();
}

base::Status ReadScope(std::string_view bytes, OtlpScope* scope) {
  ProtoReader in(bytes);
  while (in.Next()) {
    switch (in.field()) {
      case 1:
        scope->name = in.Bytes();
        break;
      case 2:
        scope->version = in.Bytes();
        break;
      case 3:
        SB_RETURN_IF_ERROR(ReadAttribute(in.Bytes(), &scope->attributes));
        break;
      default:
        break;
    }
  }
  return in.status();
}

}  // namespace

bool EnvelopeReader::Check(const base::Status& status) {
  if (status_.ok() && !status.ok()) {
    status_ = status;
  }
  return status_.ok();
}

// Of a field that is not a message the rest of the request cannot be trusted either.
bool EnvelopeReader::NextMessage(ProtoReader* in, uint32_t field, std::string_view* message) {
  while (status_.ok() && in->Next()) {
    if (in->field() == field) {
      *message = in->Bytes();
      return Check(in->status());
    }
  }
  Check(in->status());
  return false;
}

bool EnvelopeReader::NextResource() {
  std::string_view group;
  scopes_ = ProtoReader(std::string_view());
  items_ = ProtoReader(std::string_view());
  return NextMessage(&request_, 1, &group) && Check(ReadResourceGroup(group));
}

// A singular message that appears twice is merged, as protobuf wants it.
base::Status EnvelopeReader::ReadResourceGroup(std::string_view bytes) {
  resource_ = OtlpResource();
  resource_.bytes = bytes;
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadResource(in.Bytes(), &resource_));
    } else if (in.field() == 3) {
      resource_.schema_url = in.Bytes();
    }
  }
  scopes_ = ProtoReader(bytes);
  return in.status();
}

bool EnvelopeReader::NextScope() {
  std::string_view group;
  items_ = ProtoReader(std::string_view());
  return NextMessage(&scopes_, 2, &group) && Check(ReadScopeGroup(group));
}

base::Status EnvelopeReader::ReadScopeGroup(std::string_view bytes) {
  scope_ = OtlpScope();
  ProtoReader in(bytes);
  while (in.Next()) {
    if (in.field() == 1) {
      SB_RETURN_IF_ERROR(ReadScope(in.Bytes(), &scope_));
    } else if (in.field() == 3) {
      scope_.schema_url = in.Bytes();
    }
  }
  items_ = ProtoReader(bytes);
  return in.status();
}

bool EnvelopeReader::NextItem(std::string_view* item) {
  return NextMessage(&items_, 2, item);
}

}  // namespace sb::wire
