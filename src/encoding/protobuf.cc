// SPDX-License-Identifier: Apache-2.0
#include "encoding/protobuf.h"

namespace sb::encoding {

namespace {

// Groups within groups; anything deeper is an attack, since nobody writes groups any more.
constexpr int kGroupDepthMax = 32;

}  // namespace

base::Status ProtoReader::status() const {
  if (error_ == nullptr) {
    return base::OkStatus();
  }
  return base::InvalidArgument(std::string("malformed protobuf: ") + error_ + ", field " +
                               std::to_string(field_) + ", at byte " +
                               std::to_string(error_offset_));
}

void ProtoReader::Fail(const char* what) {
  if (error_ == nullptr) {
    error_ = what;
    error_offset_ = static_cast<size_t>(position_ - begin_);
  }
  position_ = end_;
}

bool ProtoReader::ReadField() {
  uint64_t tag = 0;
  const char* at = ReadVarint(position_, end_, &tag);
  if (at == nullptr || tag > UINT32_MAX || (tag >> 3) == 0) [[unlikely]] {
    Fail("a bad tag");
    return false;
  }
  field_ = static_cast<uint32_t>(tag >> 3);
  wire_type_ = static_cast<WireType>(tag & 7);
  switch (wire_type_) {
    case WireType::kVarint:
      at = ReadVarint(at, end_, &number_);
      if (at == nullptr) [[unlikely]] {
        Fail("a varint is cut off");
        return false;
      }
      position_ = at;
      return true;
    case WireType::kFixed64:
      if (end_ - at < 8) [[unlikely]] {
        Fail("a 64-bit number is cut off");
        return false;
      }
      number_ = LoadLe<uint64_t>(at);
      position_ = at + 8;
      return true;
    case WireType::kBytes: {
      uint64_t size = 0;
      at = ReadVarint(at, end_, &size);
      if (at == nullptr || size > static_cast<uint64_t>(end_ - at)) [[unlikely]] {
        Fail("a length reaches beyond the end");
        return false;
      }
      bytes_ = std::string_view(at, static_cast<size_t>(size));
      position_ = at + size;
      return true;
    }
    case WireType::kFixed32:
      if (end_ - at < 4) [[unlikely]] {
        Fail("a 32-bit number is cut off");
        return false;
      }
      number_ = LoadLe<uint32_t>(at);
      position_ = at + 4;
      return true;
    case WireType::kStartGroup:
      position_ = at;
      return SkipGroup();
    default:
      Fail("a bad wire type");
      return false;
  }
}

// Leaves the reader on a field of type kStartGroup, after its end, so that the caller skips it.
bool ProtoReader::SkipGroup() {
  uint32_t open[kGroupDepthMax] = {field_};
  int depth = 1;
  while (depth > 0) {
    uint64_t tag = 0;
    const char* at = ReadVarint(position_, end_, &tag);
    if (at == nullptr || tag > UINT32_MAX || (tag >> 3) == 0) {
      Fail("a group is cut off");
      return false;
    }
    const auto field = static_cast<uint32_t>(tag >> 3);
    const auto type = static_cast<WireType>(tag & 7);
    if (type == WireType::kStartGroup) {
      if (depth == kGroupDepthMax) {
        Fail("groups are nested too deeply");
        return false;
      }
      open[depth++] = field;
      position_ = at;
    } else if (type == WireType::kEndGroup) {
      if (open[--depth] != field) {
        Fail("a group ends that was not open");
        return false;
      }
      position_ = at;
    } else if (!ReadField()) {
      return false;
    }
  }
  field_ = open[0];
  wire_type_ = WireType::kStartGroup;
  return true;
}

void ProtoWriter::EndMessage(size_t mark) {
  const uint64_t size = out_->size() - mark;
  char length[kVarintBytesMax];
  const auto length_bytes = static_cast<size_t>(WriteVarint(length, size) - length);
  (*out_)[mark - 1] = length[0];
  if (length_bytes > 1) {
    out_->insert(mark, length + 1, length_bytes - 1);
  }
}

}  // namespace sb::encoding
