# SPDX-License-Identifier: GPL-2.0-or-later
# What is fastest needs libxdp and libbpf, and clang for the programs that run in the kernel: clang
# compiles those, whatever compiles the rest. Without them the programs do without.
pkg_check_modules(XDP IMPORTED_TARGET libxdp libbpf)
find_program(BPF_CLANG clang)
if(XDP_FOUND AND BPF_CLANG)
    set(ERSPAN_BPF ON)
else()
    set(ERSPAN_BPF OFF)
    message(STATUS "No XDP programs for the kernel: they need libxdp, libbpf and clang")
endif()
set(ERSPAN_EMBED ${CMAKE_CURRENT_LIST_DIR}/embed.cmake)

# erspan_embed_bpf(<target> <source> <name>): compiles the source for the kernel; the target's C code
# has the object as `extern const struct bytes <name>`.
function(erspan_embed_bpf target source name)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
    set(embedded ${CMAKE_CURRENT_BINARY_DIR}/${name}.c)
    add_custom_command(OUTPUT ${embedded}
        COMMAND ${BPF_CLANG} -target bpf -O2 -g -Wall -Wextra -Werror -I${PROJECT_SOURCE_DIR}
            -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
            -MD -MF ${object}.d -MT ${embedded} -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
        COMMAND ${CMAKE_COMMAND} -DFROM=${object} -DTO=${embedded} -DNAME=${name} -P ${ERSPAN_EMBED}
        DEPENDS ${source} ${ERSPAN_EMBED}
        DEPFILE ${object}.d
        VERBATIM)
    target_sources(${target} PRIVATE ${embedded})
endfunction()
