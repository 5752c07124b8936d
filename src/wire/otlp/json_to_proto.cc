// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/json_to_proto.h"

#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "encoding/hex.h"
#include "encoding/protobuf.h"
#include "wire/otlp/base64.h"

namespace sb::wire {
namespace {

using encoding::ProtoWriter;

constexpr size_t kDepthMax = 400;

bool ParseDouble(std::string_view text, double* value) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") {
    *value = text == "NaN"        ? std::numeric_limits<double>::quiet_NaN()
             : text == "Infinity" ? std::numeric_limits<double>::infinity()
                                  : -std::numeric_limits<double>::infinity();
    return true;
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (parsed.ptr != text.data() + text.size()) {
    return false;
  }
  if (parsed.ec == std::errc::result_out_of_range) {
    *value = 0;  // an underflow; an overflow is refused
    return text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
  }
  return parsed.ec == std::errc();
}

// int64 and uint64 share the same 64 bits; numbers such as 1e3 and 5.0 are integers too.
bool ParseInteger(std::string_view text, uint64_t* bits) {
  const char* const end = text.data() + text.size();
  int64_t number = 0;
  if (const auto parsed = std::from_chars(text.data(), end, number);
      parsed.ec == std::errc() && parsed.ptr == end) {
    *bits = static_cast<uint64_t>(number);
    return true;
  }
  if (const auto parsed = std::from_chars(text.data(), end, *bits);
      parsed.ec == std::errc() && parsed.ptr == end) {
    return true;
  }
  double value = 0;
  if (!ParseDouble(text, &value) || std::trunc(value) != value || std::fabs(value) >= 0x1p63) {
    return false;
  }
  *bits = static_cast<uint64_t>(static_cast<int64_t>(value));
  return true;
}

// The events of the JSON parser, written down as protobuf at once.
class Transcoder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Transcoder> {
 public:
  Transcoder(const JsonMessage& root, std::string* out) : writer_(out), root_(&root) {}

  const std::string& error() const { return error_; }

  bool Null() { return has_root_ || Fail("a request is one object"); }
  bool Bool(bool value) {
    if (SkipScalar()) {
      return true;
    }
    if (!TakesScalar() || field_->type != JsonType::kBool) {
      return Mismatch();
    }
    writer_.Bool(field_->number, value);
    return true;
  }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return SkipScalar() || Number({text, size});
  }
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return SkipScalar() || Text({text, size});
  }
  bool StartObject() {
    if (++depth_ > kDepthMax) {
      return Fail("nested deeper than " + std::to_string(kDepthMax) + " levels");
    }
    if (skip_depth_ != 0) {
      ++skip_depth_;
      return true;
    }
    if (frames_.empty() && !has_root_) {
      has_root_ = true;
      frames_.push_back({root_, nullptr, 0});
      return true;
    }
    if (frames_.empty()) {
      return Fail("a request is one object");
    }
    if (is_skipping_value_) {
      skip_depth_ = 1;
      return true;
    }
    if (field_ == nullptr || field_->type != JsonType::kMessage ||
        field_->repeated != frames_.back().in_array) {
      return Mismatch();
    }
    frames_.push_back({field_->message, field_, writer_.BeginMessage(field_->number)});
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    if (skip_depth_ == 0) {
      field_ = frames_.back().message->Find({text, size});
      is_skipping_value_ = field_ == nullptr;
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    if (LeaveSkipped()) {
      return true;
    }
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frame.field != nullptr) {
      writer_.EndMessage(frame.mark);
    }
    field_ = frame.field;
    is_skipping_value_ = false;
    return true;
  }
  bool StartArray() {
    if (++depth_ > kDepthMax) {
      return Fail("nested deeper than " + std::to_string(kDepthMax) + " levels");
    }
    if (skip_depth_ != 0) {
      ++skip_depth_;
      return true;
    }
    if (frames_.empty()) {
      return Fail("a request is one object");
    }
    if (is_skipping_value_) {
      skip_depth_ = 1;
      return true;
    }
    if (field_ == nullptr || !field_->repeated || frames_.back().in_array) {
      return Mismatch();
    }
    frames_.back().in_array = true;
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    if (!LeaveSkipped()) {
      frames_.back().in_array = false;
    }
    return true;
  }

 private:
  struct Frame {
    const JsonMessage* message;
    const JsonField* field;  // that this message is the value of; null for the request
    size_t mark;
    bool in_array = false;
  };

  bool Fail(std::string why) {
    error_ = std::move(why);
    return false;
  }
  bool Mismatch() {
    return Fail("a value does not fit its field: " +
                std::string(field_ != nullptr ? field_->name : "(none)"));
  }
  // True if this value belongs to an unknown field.
  bool SkipScalar() { return skip_depth_ != 0 || is_skipping_value_; }
  bool LeaveSkipped() { return skip_depth_ != 0 && (--skip_depth_, true); }

  bool TakesScalar() const {
    return field_ != nullptr && !frames_.empty() && field_->type != JsonType::kMessage &&
           field_->repeated == frames_.back().in_array;
  }

  bool Number(std::string_view text) {
    if (!TakesScalar()) {
      return Mismatch();
    }
    if (field_->type == JsonType::kDouble) {
      double value = 0;
      if (!ParseDouble(text, &value)) {
        return Mismatch();
      }
      writer_.Double(field_->number, value);
      return true;
    }
    uint64_t bits = 0;
    if (!ParseInteger(text, &bits)) {
      return Mismatch();
    }
    switch (field_->type) {
      case JsonType::kVarint:
      case JsonType::kEnum:
        writer_.Varint(field_->number, bits);
        return true;
      case JsonType::kZigZag:
        writer_.ZigZag(field_->number, static_cast<int64_t>(bits));
        return true;
      case JsonType::kFixed32:
        writer_.Fixed32(field_->number, static_cast<uint32_t>(bits));
        return true;
      case JsonType::kFixed64:
        writer_.Fixed64(field_->number, bits);
        return true;
      default:
        return Mismatch();
    }
  }

  bool Text(std::string_view text) {
    if (!TakesScalar()) {
      return Mismatch();
    }
    switch (field_->type) {
      case JsonType::kString:
        writer_.Bytes(field_->number, text);
        return true;
      case JsonType::kBytes:
      case JsonType::kId:
        if (!(field_->type == JsonType::kId ? encoding::ParseHex(text, &scratch_)
                                            : ParseBase64(text, &scratch_))) {
          return Mismatch();
        }
        writer_.Bytes(field_->number, scratch_);
        return true;
      case JsonType::kEnum:
        return EnumName(text) || Number(text);
      default:
        return Number(text);
    }
  }

  bool EnumName(std::string_view text) {
    for (size_t i = 0; i < field_->names.size(); ++i) {
      if (field_->names[i] == text) {
        writer_.Varint(field_->number, i);
        return true;
      }
    }
    return false;
  }

  ProtoWriter writer_;
  const JsonMessage* const root_;
  std::vector<Frame> frames_;
  const JsonField* field_ = nullptr;  // the one that the next value belongs to
  bool has_root_ = false;
  bool is_skipping_value_ = false;
  size_t skip_depth_ = 0;
  size_t depth_ = 0;
  std::string scratch_;
  std::string error_;
};

}  // namespace

base::Status JsonToProto(const JsonMessage& message, std::string_view json, std::string* out) {
  out->clear();
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag;
  Transcoder transcoder(message, out);
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, transcoder);
  if (!parsed.IsError()) {
    return base::OkStatus();
  }
  const std::string why =
      transcoder.error().empty() ? rapidjson::GetParseError_En(parsed.Code()) : transcoder.error();
  return base::InvalidArgument("json: " + why + ", at offset " + std::to_string(parsed.Offset()));
}

}  // namespace sb::wire
