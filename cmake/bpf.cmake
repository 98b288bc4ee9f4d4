# SPDX-License-Identifier: GPL-2.0-or-later
# The fastest ways to send and receive need libxdp and libbpf, clang to compile the programs that run in
# the kernel (whatever compiles the rest), and bpftool to make a header of each. Without them the
# programs do without.
pkg_check_modules(XDP IMPORTED_TARGET libxdp libbpf)
find_program(BPF_CLANG clang)
find_program(BPFTOOL bpftool PATHS /usr/sbin /sbin)
if(XDP_FOUND AND BPF_CLANG AND BPFTOOL)
    set(ERSPAN_BPF ON)
else()
    set(ERSPAN_BPF OFF)
    message(STATUS "No XDP programs for the kernel: they need libxdp, libbpf, clang and bpftool")
endif()

# All headers so made: what reads the code without compiling it needs them.
add_custom_target(skeletons)

# erspan_bpf_skeleton(<target> <source> <name>): compiles the source for the kernel; the target's C code
# includes <name>.skel.h, in which the program, its maps and its global variables are members: a wrong
# name does not compile.
function(erspan_bpf_skeleton target source name)
    set(directory ${PROJECT_BINARY_DIR}/skeletons)
    set(object ${directory}/${name}.o)
    set(skeleton ${directory}/${name}.skel.h)
    file(MAKE_DIRECTORY ${directory})
    add_custom_command(OUTPUT ${skeleton}
        COMMAND ${BPF_CLANG} -target bpf -O2 -g -Wall -Wextra -Werror -I${PROJECT_SOURCE_DIR}
            -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
            -MD -MF ${object}.d -MT ${skeleton} -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
        # The analyser takes what bpf_object__open_skeleton() keeps for lost.
        COMMAND ${CMAKE_COMMAND} -E echo "/* NOLINTBEGIN(clang-analyzer-unix.Malloc) */" > ${skeleton}
        COMMAND ${BPFTOOL} gen skeleton ${object} name ${name} >> ${skeleton}
        COMMAND ${CMAKE_COMMAND} -E echo "/* NOLINTEND(clang-analyzer-unix.Malloc) */" >> ${skeleton}
        DEPENDS ${source}
        DEPFILE ${object}.d
        VERBATIM)
    add_custom_target(${name}_skeleton DEPENDS ${skeleton})
    add_dependencies(skeletons ${name}_skeleton)
    add_dependencies(${target} ${name}_skeleton)
    target_sources(${target} PRIVATE ${skeleton})
    target_include_directories(${target} SYSTEM PRIVATE ${directory})
endfunction()
