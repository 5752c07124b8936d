// SPDX-License-Identifier: Apache-2.0
//
// The contracts have no implementation; this file proves that their headers stand alone.
#include "store/interface/appender.h"
#include "store/interface/querier.h"
