// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/victoria_native.h"

#include <cmath>
#include <limits>

#include "encoding/compress.h"
#include "model/label_set.h"
#include "model/sample.h"
#include "wire/prometheus/big_endian_reader.h"

namespace sb::wire {
namespace {

constexpr size_t kRangeBytes = 16;
constexpr size_t kLengthBytes = 4;

// Sums wrap as they do in the writer's arithmetic.
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

base::Status ReadDifferences(std::string_view bytes, bool second, int64_t first, uint64_t rows,
                             std::vector<int64_t>* out) {
  BigEndianReader in(bytes);
  int64_t value = first;
  int64_t slope = 0;
  out->push_back(value);
  for (uint64_t i = 1; i < rows; ++i) {
    const int64_t difference = in.Varint();
    if (!in.ok()) {
      return base::InvalidArgument("a column is cut off");
    }
    slope = second ? Plus(slope, difference) : difference;
    value = Plus(value, slope);
    out->push_back(value);
  }
  return in.left() == 0 ? base::OkStatus() : base::InvalidArgument("bytes follow a column");
}

base::Status ReadColumn(uint64_t kind, std::string_view bytes, int64_t first, uint64_t rows,
                        std::vector<int64_t>* out) {
  out->clear();
  std::string raw;
  if (kind == 1 || kind == 4) {
    SB_RETURN_IF_ERROR(
        encoding::Decompress(encoding::Compression::kZstd, bytes, kVictoriaBlockBytesMax, &raw));
    return ReadDifferences(raw, kind == 1, first, rows, out);
  }
  if (kind == 5 || kind == 6) {
    return ReadDifferences(bytes, kind == 5, first, rows, out);
  }
  if (kind != 2 && kind != 3) {
    return base::InvalidArgument("unknown form of a column: " + std::to_string(kind));
  }
  BigEndianReader in(bytes);
  const int64_t slope = kind == 2 ? in.Varint() : 0;
  if (!in.ok() || in.left() > 0) {
    return base::InvalidArgument("a constant column of wrong length");
  }
  int64_t value = first;
  for (uint64_t i = 0; i < rows; ++i) {
    out->push_back(value);
    value = Plus(value, slope);
  }
  return base::OkStatus();
}

// Division is exact to the last digit where a power of ten below one would not be.
double ToDouble(int64_t mantissa, int64_t scale) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr int64_t kPowerMax = 308;
  switch (mantissa) {
    case kMax:
      return kInfinity;
    case std::numeric_limits<int64_t>::min():
      return -kInfinity;
    case kMax - 1:
      return model::StaleNan();
    default:
      break;
  }
  auto value = static_cast<double>(mantissa);
  for (; scale < -kPowerMax; scale += kPowerMax) {
    value /= 1e308;
  }
  return scale < 0 ? value / std::pow(10.0, static_cast<double>(-scale))
                   : value * std::pow(10.0, static_cast<double>(scale));
}

// One string of a metric name; false if it has no end or a wrong escape.
bool NextString(std::string_view* rest, std::string* out) {
  const size_t end = rest->find('\1');
  if (end == std::string_view::npos) {
    return false;
  }
  out->clear();
  for (size_t i = 0; i < end; ++i) {
    const char c = (*rest)[i];
    if (c != '\0') {
      out->push_back(c);
      continue;
    }
    ++i;
    if (i == end || (*rest)[i] < '0' || (*rest)[i] > '2') {
      return false;
    }
    out->push_back(static_cast<char>((*rest)[i] - '0'));
  }
  rest->remove_prefix(end + 1);
  return true;
}

base::Status ReadName(std::string_view bytes, VictoriaBlock* block) {
  block->labels.clear();
  std::string name(model::kMetricName);
  std::string value;
  bool read = NextString(&bytes, &value);
  while (read) {
    if (!value.empty()) {
      block->labels.emplace_back(name, value);
    }
    if (bytes.empty()) {
      return base::OkStatus();
    }
    read = NextString(&bytes, &name) && NextString(&bytes, &value);
  }
  return base::InvalidArgument("malformed metric name");
}

base::Status ReadData(std::string_view bytes, VictoriaBlock* block) {
  constexpr int64_t kScaleMax = 32'767;
  BigEndianReader in(bytes);
  const int64_t first_time = in.Varint();
  const int64_t first_value = in.Varint();
  const uint64_t rows = in.Uvarint();
  const int64_t scale = in.Varint();
  const uint64_t kind_of_times = in.Uvarint();
  const uint64_t kind_of_values = in.Uvarint();
  const std::string_view times = in.Text();
  const std::string_view values = in.Text();
  if (!in.ok() || in.left() > 0) {
    return base::InvalidArgument("malformed block");
  }
  if (rows == 0 || rows > kVictoriaBlockRowsMax || scale < -kScaleMax || scale > kScaleMax) {
    return base::InvalidArgument("impossible block: rows " + std::to_string(rows) + ", scale " +
                                 std::to_string(scale));
  }
  SB_RETURN_IF_ERROR(ReadColumn(kind_of_times, times, first_time, rows, &block->times));
  std::vector<int64_t> mantissas;
  SB_RETURN_IF_ERROR(ReadColumn(kind_of_values, values, first_value, rows, &mantissas));
  block->values.clear();
  block->values.reserve(mantissas.size());
  for (const int64_t mantissa : mantissas) {
    block->values.push_back(ToDouble(mantissa, scale));
  }
  return base::OkStatus();
}

}  // namespace

base::Result<bool> VictoriaNativeReader::Next(VictoriaBlock* block) {
  std::string_view rest = std::string_view(buffer_).substr(taken_);
  const size_t range = has_range_ ? 0 : kRangeBytes;
  std::string_view parts[2];  // name and data
  size_t used = range;
  bool whole = rest.size() >= range;
  for (size_t i = 0; i < 2 && whole; ++i) {
    whole = rest.size() >= used + kLengthBytes;
    if (!whole) {
      break;
    }
    const size_t length = BigEndianReader(rest.substr(used)).Big(kLengthBytes);
    if (length > (i == 0 ? kVictoriaNameBytesMax : kVictoriaBlockBytesMax)) {
      return base::ResourceExhausted("a part is longer than " +
                                     std::to_string(kVictoriaBlockBytesMax) + " bytes; block " +
                                     std::to_string(blocks_ + 1));
    }
    used += kLengthBytes;
    whole = rest.size() >= used + length;
    if (whole) {
      parts[i] = rest.substr(used, length);
      used += length;
    }
  }
  if (!whole) {
    buffer_.erase(0, taken_);
    taken_ = 0;
    return false;
  }
  has_range_ = true;
  ++blocks_;
  SB_RETURN_IF_ERROR(ReadName(parts[0], block));
  SB_RETURN_IF_ERROR(ReadData(parts[1], block));
  taken_ += used;
  return true;
}

base::Status VictoriaNativeReader::Finish() const {
  const size_t rest = buffer_.size() - taken_;
  const bool only_range = blocks_ == 0 && rest == kRangeBytes;
  return rest == 0 || only_range
             ? base::OkStatus()
             : base::InvalidArgument("the native export is cut short after block " +
                                     std::to_string(blocks_));
}

}  // namespace sb::wire
