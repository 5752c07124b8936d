# SPDX-License-Identifier: Apache-2.0
#
# Writes OUT: the built-in JavaScript modules as C++ raw strings. FILES: a list of .js files.
set(table "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  # A compiler takes string literals of 64 kB; none of the modules comes near.
  string(APPEND table "  if (name == \"sb:${name}\") return R\"JSMODULE(${text})JSMODULE\";\n")
endforeach()
file(WRITE "${OUT}" "// Generated from loadgen/js by embed_scripts.cmake.\n"
  "#include \"module_loader.h\"\n\nnamespace sb::load {\n\n"
  "const char* BuiltinSource(std::string_view name) {\n${table}  return nullptr;\n}\n\n"
  "}  // namespace sb::load\n")
