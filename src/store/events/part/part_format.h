// SPDX-License-Identifier: Apache-2.0
//
// The bytes of a part file (docs/format/events-part.md): pages, then a directory page that says
// where they are, then a tail of fixed size that says where the directory is.
//
// Failures: decoders give kDataLoss for hostile bytes; every number that is used as an index is
// checked here.
// Threads: values, pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "store/file/page.h"
#include "store/interface/event_stream.h"
#include "store/interface/event_value.h"

namespace sb::events {

inline constexpr store::PageType kTimesPage{1};
inline constexpr store::PageType kStreamsPage{2};
inline constexpr store::PageType kPresencePage{3};
inline constexpr store::PageType kColumnPage{4};
inline constexpr store::PageType kBloomPage{5};
inline constexpr store::PageType kDirectoryPage{6};
inline constexpr uint8_t kPageVersion = 1;
inline constexpr size_t kTailBytes = 32;
inline constexpr uint32_t kGroupRowsMax = 1u << 16;

// Least and greatest value of an integer or float column (NaN apart); unknown for others.
struct ValueRange {
  enum class Kind : uint8_t { kUnknown = 0, kIntegers = 1, kNumbers = 2 };
  Kind kind = Kind::kUnknown;
  int64_t low = 0;
  int64_t high = 0;
  double low_number = 0;
  double high_number = 0;
  friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

inline constexpr uint32_t kAllRows = 0;  // presence: every row has a value

struct GroupColumn {
  uint32_t column = 0;    // in PartDirectory::columns
  uint32_t count = 0;     // rows that have it
  uint32_t presence = 0;  // kAllRows or 1 + index in RowGroup::presences
  store::PageRef page;
  store::PageRef bloom;  // size 0: none
  ValueRange range;
};

// What one stream has in a row group.
struct GroupStream {
  uint32_t stream = 0;  // in PartDirectory::streams
  uint32_t rows = 0;
  uint64_t bytes = 0;
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

struct RowGroup {
  uint32_t rows = 0;
  int64_t first_ns = 0;
  int64_t last_ns = 0;
  store::PageRef times;
  store::PageRef stream_numbers;  // per row, an index into `streams`
  std::vector<GroupStream> streams;
  std::vector<store::PageRef> presences;
  std::vector<GroupColumn> columns;
};

struct PartColumn {
  std::string name;
  store::ValueType type = store::ValueType::kText;
  friend auto operator<=>(const PartColumn&, const PartColumn&) = default;
};

struct PartDirectory {
  std::vector<store::EventStream> streams;
  std::vector<PartColumn> columns;
  std::vector<RowGroup> groups;
  std::vector<uint64_t> sources;  // sequences of the parts that this one was merged from
};

std::string EncodeDirectory(const PartDirectory& directory);
base::Result<PartDirectory> DecodeDirectory(std::string_view bytes);

// The tail that closes a file.
std::string EncodeTail(store::PageRef directory);
base::Result<store::PageRef> DecodeTail(std::string_view file);

}  // namespace sb::events
