// SPDX-License-Identifier: Apache-2.0
//
// SB_CHECK(condition): a bug of ours ends the program, in release builds too, with the condition
// and the place. Restart is cheap and safe; going on with a broken invariant is neither.
// SB_DCHECK is the same in builds without NDEBUG, for conditions measured to be hot.
#pragma once

#include <string_view>

namespace sb::base {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line,
                              std::string_view detail = {});

}  // namespace sb::base

#define SB_CHECK(condition)                                           \
  do {                                                                \
    if (!(condition)) [[unlikely]] {                                  \
      ::sb::base::CheckFailed(#condition, __FILE__, __LINE__);        \
    }                                                                 \
  } while (false)

#ifdef NDEBUG
#define SB_DCHECK(condition) \
  do {                       \
    (void)sizeof(condition); \
  } while (false)
#else
#define SB_DCHECK(condition) SB_CHECK(condition)
#endif
