// SPDX-License-Identifier: Apache-2.0
#include "store/file/wal_format.h"

#include <algorithm>
#include <charconv>

#include "encoding/bytes.h"
#include "encoding/crc32c.h"

namespace sb::store {

namespace {

using encoding::AppendLe;
using encoding::Crc32c;
using encoding::LoadLe;

constexpr std::string_view kSegmentMagic = "SBWALSEG";
// Lets a reader that lost its place find candidates quickly; no byte of it is frequent in samples.
constexpr std::string_view kRecordMarker = "\xd7\xb3\x9e\xc5";
constexpr std::string_view kSuffix = ".wal";

}  // namespace

std::string EncodeWalSegmentHeader(const WalSegmentHeader& header) {
  std::string bytes(kSegmentMagic);
  AppendLe(&bytes, kWalVersion);
  AppendLe(&bytes, header.segment);
  AppendLe(&bytes, header.first_sequence);
  AppendLe(&bytes, Crc32c(bytes));
  return bytes;
}

bool DecodeWalSegmentHeader(std::string_view bytes, WalSegmentHeader* header) {
  if (bytes.size() < kWalSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic) ||
      LoadLe<uint32_t>(bytes.data() + 8) != kWalVersion ||
      LoadLe<uint32_t>(bytes.data() + 28) != Crc32c(bytes.substr(0, 28))) {
    return false;
  }
  header->segment = LoadLe<uint64_t>(bytes.data() + 12);
  header->first_sequence = LoadLe<uint64_t>(bytes.data() + 20);
  return true;
}

void AppendWalRecord(uint64_t sequence, std::string_view payload, std::string* out) {
  const size_t begin = out->size();
  out->append(kRecordMarker);
  AppendLe(out, static_cast<uint32_t>(payload.size()));
  AppendLe(out, sequence);
  AppendLe(out, Crc32c(payload));
  AppendLe(out, Crc32c(std::string_view(*out).substr(begin)));
  out->append(payload);
}

bool DecodeWalRecord(std::string_view bytes, WalRecordView* record) {
  if (bytes.size() < kWalRecordHeaderBytes || !bytes.starts_with(kRecordMarker) ||
      LoadLe<uint32_t>(bytes.data() + 20) != Crc32c(bytes.substr(0, 20))) {
    return false;
  }
  const size_t size = LoadLe<uint32_t>(bytes.data() + 4);
  if (size > bytes.size() - kWalRecordHeaderBytes) {
    return false;
  }
  record->payload = bytes.substr(kWalRecordHeaderBytes, size);
  record->sequence = LoadLe<uint64_t>(bytes.data() + 8);
  record->size_bytes = kWalRecordHeaderBytes + size;
  return LoadLe<uint32_t>(bytes.data() + 16) == Crc32c(record->payload);
}

size_t FindWalRecord(std::string_view bytes, size_t from, WalRecordView* record) {
  while (true) {
    const size_t at = bytes.find(kRecordMarker, from);
    if (at == std::string_view::npos) {
      return bytes.size();
    }
    if (DecodeWalRecord(bytes.substr(at), record)) {
      return at;
    }
    from = at + 1;
  }
}

std::string WalSegmentName(uint64_t segment) {
  std::string digits = std::to_string(segment);
  if (digits.size() < 8) {
    digits.insert(0, 8 - digits.size(), '0');
  }
  return digits + std::string(kSuffix);
}

bool ParseWalSegmentName(std::string_view name, uint64_t* segment) {
  if (!name.ends_with(kSuffix)) {
    return false;
  }
  name.remove_suffix(kSuffix.size());
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), *segment);
  return error == std::errc() && end == name.data() + name.size() && name.size() >= 8;
}

base::Result<std::vector<uint64_t>> ListWalSegments(base::FileSystem& files,
                                                    const std::string& folder) {
  base::Result<std::vector<std::string>> names = files.List(folder);
  std::vector<uint64_t> segments;
  if (!names.ok()) {
    if (names.status().code() == base::StatusCode::kNotFound) {
      return segments;
    }
    return names.status();
  }
  for (const std::string& name : *names) {
    uint64_t segment = 0;
    if (ParseWalSegmentName(name, &segment)) {
      segments.push_back(segment);
    }
  }
  std::sort(segments.begin(), segments.end());
  return segments;
}

}  // namespace sb::store
