// SPDX-License-Identifier: Apache-2.0
//
// SecretBox keeps the passwords and tokens of data sources unreadable in the catalog's files and in
// its backups: AES-256-GCM with a key that stands beside the data, or that the environment gives.
//
//   SecretBox box(env.files(), "DATA/secret.key", given);  // SIGNALBOX_SECRET_KEY, "" if unset
//   SB_ASSIGN_OR_RETURN(std::string sealed, box.Seal(uid, plain));
//   SB_ASSIGN_OR_RETURN(std::string plain, box.Open(uid, sealed));
//
// The key file is made with the first secret; without a path the key lives as long as the object.
// What was stored before there was a key is JSON and is read as it is. `owner` is bound to the
// text: sealed text moved to another owner does not open. kDataLoss when the key is another one.
//
// Bytes: "v1:" and hexadecimal of nonce (12), ciphertext, tag (16). Threads: safe for concurrent
// use.
#pragma once

#include <string>
#include <string_view>

#include "base/env.h"
#include "base/mutex.h"
#include "base/status.h"

namespace sb::grafana {

class SecretBox {
 public:
  // `files` outlives the object.
  SecretBox(base::FileSystem& files, std::string key_path, std::string_view given_key);

  base::Result<std::string> Seal(std::string_view owner, std::string_view plain);
  base::Result<std::string> Open(std::string_view owner, std::string_view sealed);

 private:
  base::Result<std::string> Key() SB_EXCLUDES(mutex_);
  base::Result<std::string> LoadKey();

  base::FileSystem& files_;
  const std::string key_path_;
  base::Mutex mutex_;
  std::string key_ SB_GUARDED_BY(mutex_);  // 32 bytes, or empty until it is needed
};

}  // namespace sb::grafana
