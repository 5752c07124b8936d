// SPDX-License-Identifier: Apache-2.0
//
// Part is an immutable file of row groups, mapped: what fresh rows become.
//
//   SB_ASSIGN_OR_RETURN(auto part, Part::Open(env, path, sequence));
//   for (size_t g = 0; g < part->group_count(); ++g) {
//     auto rows = part->OpenGroup(g);                       // a RowSet; nothing is read yet
//   }
//
// Failures: Open gives kDataLoss if the directory is damaged; damaged pages come out when they are
// read. Threads: immutable. A RowSet keeps its part alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/env.h"
#include "base/status.h"
#include "store/events/part/checked_pages.h"
#include "store/events/part/part_format.h"
#include "store/events/part/row_set.h"

namespace sb::events {

class Part : public std::enable_shared_from_this<Part> {
 public:
  static base::Result<std::shared_ptr<const Part>> Open(base::Env& env, std::string path,
                                                        uint64_t sequence);

  const std::string& path() const { return path_; }
  uint64_t sequence() const { return sequence_; }
  const PartDirectory& directory() const { return directory_; }
  size_t group_count() const { return directory_.groups.size(); }
  uint64_t row_count() const { return row_count_; }
  uint64_t file_bytes() const { return file_->bytes().size(); }
  int64_t first_ns() const { return first_ns_; }
  int64_t last_ns() const { return last_ns_; }

  std::shared_ptr<const RowSet> OpenGroup(size_t group) const;
  // The payload of a page, checked now or lately.
  base::Result<std::string_view> Page(store::PageRef ref, store::PageType type) const;
  // Checks the page, whenever that was done last.
  base::Status CheckPage(store::PageRef ref, store::PageType type) const;
  // The whole page as it is in the file, checked now: for copying.
  base::Result<std::string_view> RawPage(store::PageRef ref, store::PageType type) const;

 private:
  Part(const base::Clock& clock, std::string path, uint64_t sequence)
      : clock_(clock), path_(std::move(path)), sequence_(sequence) {}

  base::Result<std::string_view> ReadPage(store::PageRef ref, store::PageType type) const;

  const base::Clock& clock_;
  const std::string path_;
  const uint64_t sequence_;
  std::unique_ptr<base::RandomAccessFile> file_;
  PartDirectory directory_;
  CheckedPages checked_;
  uint64_t row_count_ = 0;
  int64_t first_ns_ = INT64_MAX;
  int64_t last_ns_ = INT64_MIN;
};

}  // namespace sb::events
