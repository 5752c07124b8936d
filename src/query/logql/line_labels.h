// SPDX-License-Identifier: Apache-2.0
//
// LineLabels is the set of labels of one log line while it moves through a pipeline: the stream's,
// its structured metadata, what stages extracted, and __error__.
//
//   labels.SetStream(pairs);                       // when the stream changes
//   labels.StartLine();                            // for each line of it
//   labels.AddMetadata("trace_id", "…");
//   labels.Extract("level", "info");               // what a parser found
//
// Of two labels with one name the stream's wins, then metadata, then what was extracted; the loser
// is called "<name>_extracted". Views must live until the next StartLine; Store() copies what does
// not.
//
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/label_set.h"

namespace sb::logql {

inline constexpr std::string_view kErrorLabel = "__error__";
inline constexpr std::string_view kErrorDetailsLabel = "__error_details__";
inline constexpr std::string_view kExtractedSuffix = "_extracted";

enum class LabelOrigin : uint8_t { kStream, kMetadata, kParsed };

class LineLabels {
 public:
  struct Entry {
    std::string_view name;
    std::string_view value;
    LabelOrigin origin = LabelOrigin::kStream;
  };

  // The labels must outlive the lines of the stream.
  void SetStream(const std::vector<model::Label>* labels);
  void StartLine();
  void AddMetadata(std::string_view name, std::string_view value);

  // Keeps what an earlier parser found under the name; an expression (`json x="a"`) replaces it.
  void Extract(std::string_view name, std::string_view value) { Put(name, value, false); }
  void ExtractAgain(std::string_view name, std::string_view value) { Put(name, value, true); }
  // The name under which Extract would put it.
  std::string_view ExtractedName(std::string_view name);

  // Sets or replaces, as label_format does.
  void Set(std::string_view name, std::string_view value);
  void Remove(std::string_view name);
  // __error__ and __error_details__ too.
  const std::string_view* Find(std::string_view name) const;
  std::string_view Get(std::string_view name) const;

  void SetError(std::string_view error, std::string_view details);
  bool has_error() const { return !error_.empty(); }
  std::string_view error() const { return error_; }
  std::string_view error_details() const { return details_; }
  void ClearError() { error_ = {}; }
  void ClearErrorDetails() { details_ = {}; }

  // Without the error labels, in no order.
  const std::vector<Entry>& entries() const { return entries_; }
  // Removes those for which the predicate holds.
  template <typename Predicate>
  void RemoveIf(const Predicate& predicate) {
    const size_t removed = std::erase_if(entries_, predicate);
    is_changed_ = is_changed_ || removed > 0;
  }
  // Sorted by name, error labels included, labels with empty values left out.
  void AppendSorted(std::vector<model::Label>* out) const;

  // Copies; valid until the next StartLine.
  std::string_view Store(std::string_view text);

 private:
  void Put(std::string_view name, std::string_view value, bool again);
  Entry* FindEntry(std::string_view name);
  bool StreamHas(std::string_view name) const;

  static constexpr size_t kBlockBytes = 16 << 10;
  const std::vector<model::Label>* stream_ = nullptr;
  std::vector<Entry> entries_;
  bool is_changed_ = true;  // the stream's part of entries_ is not the stream's any more
  std::string_view error_;
  std::string_view details_;
  std::vector<std::unique_ptr<char[]>> blocks_;  // of kBlockBytes
  std::vector<std::unique_ptr<char[]>> large_;   // for texts above that
  size_t block_ = 0;
  size_t used_ = 0;
};

}  // namespace sb::logql
