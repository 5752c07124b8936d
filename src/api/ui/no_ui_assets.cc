// SPDX-License-Identifier: Apache-2.0
#include "api/ui/ui_assets.h"

namespace sb::api {

const std::vector<UiAsset>& AllUiAssets() {
  static const std::vector<UiAsset> assets = {
      {"/index.html", "text/html; charset=utf-8", "no-ui", false,
       "<!doctype html><title>Signalbox</title><p>This build has no web UI "
       "(SIGNALBOX_UI=OFF). The APIs work."}};
  return assets;
}

}  // namespace sb::api
