# SPDX-License-Identifier: GPL-2.0-or-later
# fuzz_plugin: the plugin, instrumented, in the libwireshark that is installed.
add_executable(fuzz_plugin ${CMAKE_CURRENT_LIST_DIR}/fuzz_plugin.c)
target_link_libraries(fuzz_plugin PRIVATE erspan-plugin -lwiretap -lwsutil)
target_link_options(fuzz_plugin PRIVATE -fsanitize=fuzzer,address,undefined)
