// SPDX-License-Identifier: Apache-2.0
//
// The YAML of model::RelabelConfig. Names and regular expressions are checked while reading; the
// rest (which fields an action needs) by CheckRelabelConfigs, once the name validation scheme is
// known.
#pragma once

#include <vector>

#include "config/option_table.h"
#include "model/relabel.h"

namespace sb::model {

const config::OptionTable<RelabelConfig>& OptionsOf(const RelabelConfig*);

}  // namespace sb::model

namespace sb::discovery {

// Adds what is wrong with the rules; `list` is the sequence they were read from (null: no places).
void CheckRelabelConfigs(const config::Node* list, const std::vector<model::RelabelConfig>& configs,
                         model::NameValidation validation, config::ErrorList& errors);

}  // namespace sb::discovery
