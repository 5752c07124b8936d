// SPDX-License-Identifier: Apache-2.0
//
// The files of the web UI as they were built into the binary. The table is generated at build time
// (tools/embed_assets.mjs); without the UI (SIGNALBOX_UI=OFF) it holds one page that says so.
#pragma once

#include <string_view>
#include <vector>

namespace sb::api {

struct UiAsset {
  std::string_view path;  // "/assets/index-4f3a.js"
  std::string_view content_type;
  std::string_view etag;  // of the uncompressed bytes, without quotes
  bool is_gzip = false;
  std::string_view bytes;
};

// Sorted by path.
const std::vector<UiAsset>& AllUiAssets();

}  // namespace sb::api
