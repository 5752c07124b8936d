// SPDX-License-Identifier: Apache-2.0
#include "wire/jaeger/thrift_reader.h"

#include <bit>

#include "encoding/bytes.h"
#include "encoding/varint.h"

namespace sb::wire {
namespace {

constexpr unsigned char kCompactProtocolId = 0x82;

ThriftType CompactType(unsigned nibble) {
  switch (nibble) {
    case 0:
      return ThriftType::kStop;
    case 1:
    case 2:
      return ThriftType::kBool;
    case 3:
      return ThriftType::kByte;
    case 4:
      return ThriftType::kI16;
    case 5:
      return ThriftType::kI32;
    case 6:
      return ThriftType::kI64;
    case 7:
      return ThriftType::kDouble;
    case 8:
      return ThriftType::kString;
    case 9:
      return ThriftType::kList;
    case 10:
      return ThriftType::kSet;
    case 11:
      return ThriftType::kMap;
    case 12:
      return ThriftType::kStruct;
    default:
      return ThriftType::kUnknown;
  }
}

ThriftType BinaryType(int64_t number) {
  switch (number) {
    case 0:
      return ThriftType::kStop;
    case 2:
      return ThriftType::kBool;
    case 3:
      return ThriftType::kByte;
    case 4:
      return ThriftType::kDouble;
    case 6:
      return ThriftType::kI16;
    case 8:
      return ThriftType::kI32;
    case 10:
      return ThriftType::kI64;
    case 11:
      return ThriftType::kString;
    case 12:
      return ThriftType::kStruct;
    case 13:
      return ThriftType::kMap;
    case 14:
      return ThriftType::kSet;
    case 15:
      return ThriftType::kList;
    default:
      return ThriftType::kUnknown;
  }
}

size_t FixedBytes(ThriftType type) {
  switch (type) {
    case ThriftType::kByte:
      return 1;
    case ThriftType::kI16:
      return 2;
    case ThriftType::kI32:
      return 4;
    default:
      return 8;
  }
}

}  // namespace

base::Status ThriftReader::status() const {
  if (error_ == nullptr) {
    return base::OkStatus();
  }
  return base::InvalidArgument(std::string("malformed thrift: ") + error_ + ", at byte " +
                               std::to_string(error_offset_));
}

void ThriftReader::Fail(const char* what) {
  if (error_ == nullptr) {
    error_ = what;
    error_offset_ = static_cast<size_t>(at_ - begin_);
  }
  at_ = end_;
}

bool ThriftReader::Need(size_t bytes) {
  if (error_ == nullptr && static_cast<size_t>(end_ - at_) >= bytes) {
    return true;
  }
  Fail("a value is cut off");
  return false;
}

uint64_t ThriftReader::Varint() {
  uint64_t value = 0;
  const char* next = error_ == nullptr ? encoding::ReadVarint(at_, end_, &value) : nullptr;
  if (next == nullptr) {
    Fail("a varint is cut off");
    return 0;
  }
  at_ = next;
  return value;
}

int64_t ThriftReader::BigEndian(size_t bytes) {
  if (!Need(bytes)) {
    return 0;
  }
  uint64_t value = (*at_ & 0x80) != 0 ? UINT64_MAX : 0;
  for (size_t i = 0; i < bytes; ++i) {
    value = value << 8 | static_cast<unsigned char>(*at_++);
  }
  return static_cast<int64_t>(value);
}

void ThriftReader::CheckCount(uint64_t count) {
  if (count > static_cast<uint64_t>(end_ - at_)) {
    Fail("a list claims more elements than there are bytes");
  }
}

bool ThriftReader::ReadBinaryMessage(ThriftMessage* message) {
  const int64_t first = BigEndian(4);
  if (first < 0) {  // strict: version and type first
    if ((first & 0xFFFF0000) != 0x80010000) {
      Fail("an unknown version of the binary protocol");
      return false;
    }
    message->type = static_cast<int>(first & 0xFF);
    message->name = Bytes();
  } else {
    if (!Need(static_cast<size_t>(first))) {
      return false;
    }
    message->name = std::string_view(at_, static_cast<size_t>(first));
    at_ += first;
    message->type = static_cast<int>(BigEndian(1));
  }
  BigEndian(4);  // sequence number
  return ok();
}

bool ThriftReader::ReadMessage(ThriftMessage* message) {
  if (protocol_ == ThriftProtocol::kBinary) {
    return ReadBinaryMessage(message);
  }
  if (!Need(2)) {
    return false;
  }
  if (static_cast<unsigned char>(at_[0]) != kCompactProtocolId || (at_[1] & 0x1F) != 1) {
    Fail("no message of the compact protocol");
    return false;
  }
  message->type = static_cast<unsigned char>(at_[1]) >> 5;
  at_ += 2;
  Varint();  // sequence number
  message->name = Bytes();
  return ok();
}

bool ThriftReader::NextCompactField(ThriftFields* fields) {
  if (!Need(1)) {
    return false;
  }
  const auto header = static_cast<unsigned char>(*at_++);
  const unsigned nibble = header & 15U;
  fields->type = CompactType(nibble);
  fields->bool_value = nibble == 1;
  if (fields->type == ThriftType::kStop) {
    return false;
  }
  const int delta = header >> 4;
  fields->id = delta != 0 ? static_cast<int16_t>(fields->id + delta)
                          : static_cast<int16_t>(encoding::ZigZagDecode(Varint()));
  return ok();
}

bool ThriftReader::NextField(ThriftFields* fields) {
  if (!ok()) {
    return false;
  }
  if (protocol_ == ThriftProtocol::kCompact) {
    return NextCompactField(fields);
  }
  fields->type = BinaryType(BigEndian(1));
  if (fields->type == ThriftType::kStop) {
    return false;
  }
  fields->id = static_cast<int16_t>(BigEndian(2));
  return ok();
}

bool ThriftReader::Bool(const ThriftFields& fields) {
  return protocol_ == ThriftProtocol::kCompact ? fields.bool_value : BigEndian(1) != 0;
}

int64_t ThriftReader::Integer(ThriftType type) {
  if (protocol_ == ThriftProtocol::kCompact && type != ThriftType::kByte) {
    return encoding::ZigZagDecode(Varint());
  }
  return BigEndian(FixedBytes(type));
}

double ThriftReader::Double() {
  if (protocol_ == ThriftProtocol::kBinary) {
    return std::bit_cast<double>(BigEndian(8));
  }
  if (!Need(8)) {
    return 0;
  }
  const auto bits = encoding::LoadLe<uint64_t>(at_);
  at_ += 8;
  return std::bit_cast<double>(bits);
}

std::string_view ThriftReader::Bytes() {
  const uint64_t size =
      protocol_ == ThriftProtocol::kCompact ? Varint() : static_cast<uint64_t>(BigEndian(4));
  if (!ok() || size > static_cast<uint64_t>(end_ - at_)) {
    Fail("a length reaches beyond the end");
    return {};
  }
  const std::string_view bytes(at_, static_cast<size_t>(size));
  at_ += size;
  return bytes;
}

uint32_t ThriftReader::BeginList(ThriftType* element) {
  uint64_t count = 0;
  if (protocol_ == ThriftProtocol::kBinary) {
    *element = BinaryType(BigEndian(1));
    count = static_cast<uint64_t>(BigEndian(4));
  } else if (Need(1)) {
    const auto header = static_cast<unsigned char>(*at_++);
    *element = CompactType(header & 15U);
    count = header >> 4;
    if (count == 15) {
      count = Varint();
    }
  }
  CheckCount(count);
  return ok() ? static_cast<uint32_t>(count) : 0;
}

void ThriftReader::SkipMap(int depth) {
  uint64_t count = 0;
  ThriftType key = ThriftType::kStop;
  ThriftType value = ThriftType::kStop;
  if (protocol_ == ThriftProtocol::kBinary) {
    key = BinaryType(BigEndian(1));
    value = BinaryType(BigEndian(1));
    count = static_cast<uint64_t>(BigEndian(4));
  } else {
    count = Varint();
    if (count != 0 && Need(1)) {
      const auto types = static_cast<unsigned char>(*at_++);
      key = CompactType(types >> 4);
      value = CompactType(types & 15U);
    }
  }
  CheckCount(count);
  for (uint64_t i = 0; ok() && i < count; ++i) {
    SkipValue(key, depth);
    SkipValue(value, depth);
  }
}

void ThriftReader::SkipValue(ThriftType type, int depth) {
  if (depth >= kDepthMax) {
    Fail("structures are nested too deeply");
    return;
  }
  switch (type) {
    case ThriftType::kBool:  // of a list or map: one byte in both protocols
    case ThriftType::kByte:
      BigEndian(1);
      return;
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64:
      Integer(type);
      return;
    case ThriftType::kDouble:
      Double();
      return;
    case ThriftType::kString:
      Bytes();
      return;
    case ThriftType::kStruct: {
      ThriftFields fields;
      while (NextField(&fields)) {
        if (fields.type == ThriftType::kBool) {
          Bool(fields);
        } else {
          SkipValue(fields.type, depth + 1);
        }
      }
      return;
    }
    case ThriftType::kList:
    case ThriftType::kSet: {
      ThriftType element = ThriftType::kStop;
      for (uint32_t left = BeginList(&element); ok() && left > 0; --left) {
        SkipValue(element, depth + 1);
      }
      return;
    }
    case ThriftType::kMap:
      SkipMap(depth + 1);
      return;
    case ThriftType::kStop:
    case ThriftType::kUnknown:
      Fail("an unknown type");
  }
}

void ThriftReader::Skip(const ThriftFields& fields) {
  if (fields.type == ThriftType::kBool) {
    Bool(fields);
    return;
  }
  SkipValue(fields.type, 0);
}

}  // namespace sb::wire
