// SPDX-License-Identifier: Apache-2.0
#include "isolate_group.h"

#include <libplatform/libplatform.h>

namespace sb::load {

void StartV8() {
  static v8::Platform* platform = [] {
    // In kB, below kUserStackBytes: native code below JavaScript needs the rest.
    v8::V8::SetFlagsFromString("--stack-size=600");
    v8::Platform* made = v8::platform::NewDefaultPlatform(1).release();
    v8::V8::InitializePlatform(made);
    v8::V8::Initialize();
    return made;
  }();
  (void)platform;
}

IsolateGroup::IsolateGroup(const MetricRegistry& registry, bool keep_series)
    : results_(registry, keep_series) {
  v8::Isolate::CreateParams params;
  params.array_buffer_allocator = v8::ArrayBuffer::Allocator::NewDefaultAllocator();
  isolate_ = v8::Isolate::New(params);
}

}  // namespace sb::load
