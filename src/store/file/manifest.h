// SPDX-License-Identifier: Apache-2.0
//
// Manifest is the small file that says which parts of a store are alive. It is replaced as a whole:
// after a crash either the old or the new content is there, so a change of several parts (a
// compaction that replaces four blocks by one) happens at once.
//
//   SB_ASSIGN_OR_RETURN(Manifest manifest, Manifest::Load(files, path));   // kNotFound: a new
//   store manifest.names = {...}; SB_RETURN_IF_ERROR(manifest.Save(files, path));
//
// Readable text, one line each, closed by a CRC-32C line: a damaged file is kDataLoss, and the
// owner falls back to what lies in the folder.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/status.h"

namespace sb::store {

struct Manifest {
  uint64_t generation = 0;                        // grows by one at each Save
  std::vector<std::string> names;                 // live parts; no line breaks in a name
  std::map<std::string, std::string> properties;  // whatever else must change with them

  static base::Result<Manifest> Load(base::FileSystem& files, const std::string& path);
  base::Status Save(base::FileSystem& files, const std::string& path);

  std::string Encode() const;
  static base::Result<Manifest> Decode(std::string_view text, const std::string& path);
};

}  // namespace sb::store
