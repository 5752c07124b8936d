// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/templates.h"

#include "alert/notify/default_templates.h"
#include "discovery/glob.h"

namespace sb::notify {
namespace {

std::string FileName(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

base::Result<std::shared_ptr<const Templates>> Templates::Load(
    base::Env& env, const std::vector<std::string>& patterns) {
  std::shared_ptr<Templates> templates(new Templates(env));
  SB_RETURN_IF_ERROR(templates->set_.Parse("default.tmpl", std::string(DefaultTemplates())));
  SB_RETURN_IF_ERROR(templates->set_.Parse("email.tmpl", DefaultEmailTemplate()));
  for (const std::string& pattern : patterns) {
    for (const std::string& path : discovery::Glob(env.files(), pattern)) {
      SB_ASSIGN_OR_RETURN(std::string text, env.files().ReadFile(path));
      SB_RETURN_IF_ERROR(templates->set_.Parse(FileName(path), std::move(text)));
    }
  }
  return std::shared_ptr<const Templates>(std::move(templates));
}

base::Result<std::string> Templates::Render(const std::string& text, const gotemplate::Value& data,
                                            const TextMap* route_labels,
                                            gotemplate::Escaping escaping) const {
  if (text.find("{{") == std::string::npos) {
    return text;
  }
  gotemplate::TemplateSet set(&set_);
  SB_RETURN_IF_ERROR(set.Parse("", text));
  TemplateState state{&env_, route_labels};
  std::string out;
  SB_RETURN_IF_ERROR(set.Execute("", data,
                                 {.escaping = escaping,
                                  .missing_key = gotemplate::MissingKey::kZero,
                                  .output_bytes_max = 4 << 20,
                                  .user = &state},
                                 &out));
  return out;
}

base::Result<std::string> Templates::Text(const std::string& text, const gotemplate::Value& data,
                                          const TextMap* route_labels) const {
  return Render(text, data, route_labels, gotemplate::Escaping::kText);
}

base::Result<std::string> Templates::Html(const std::string& text, const gotemplate::Value& data,
                                          const TextMap* route_labels) const {
  return Render(text, data, route_labels, gotemplate::Escaping::kHtml);
}

base::Status Templates::Check(const std::string& text) const {
  gotemplate::TemplateSet set(&set_);
  return set.Parse("", text);
}

}  // namespace sb::notify
