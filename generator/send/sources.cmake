# SPDX-License-Identifier: GPL-2.0-or-later
# erspangen send: a scenario onto the wire.
target_sources(generator PRIVATE
    send/addressing.c
    send/backend-packet.c
    send/backend-pcap.c
    send/backend.c
    send/departures.c
    send/lateness.c
    send/live.c
    send/neighbour.c
    send/outbox.c
    send/pace.c
    send/rtnetlink.c
    send/totals.c
    send/wire.c
)

# The faster ways to send, where their libraries are.
pkg_check_modules(XDP IMPORTED_TARGET libxdp libbpf)
if(XDP_FOUND)
    target_sources(generator PRIVATE send/backend-af-xdp.c)
    target_compile_definitions(generator PRIVATE HAVE_AF_XDP)
    target_link_libraries(generator PRIVATE PkgConfig::XDP)
endif()

# The kernel's part of the fastest: clang compiles that, whatever compiles the rest.
find_program(BPF_CLANG clang)
if(XDP_FOUND AND BPF_CLANG)
    set(send ${CMAKE_CURRENT_SOURCE_DIR}/send)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/live-frames.bpf.o)
    set(embedded ${CMAKE_CURRENT_BINARY_DIR}/live-frames-object.c)
    add_custom_command(OUTPUT ${embedded}
        COMMAND ${BPF_CLANG} -target bpf -O2 -g -Wall -Wextra -Werror -I ${PROJECT_SOURCE_DIR}
            -isystem /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
            -c ${send}/live-frames.bpf.c -o ${object}
        COMMAND ${CMAKE_COMMAND} -DFROM=${object} -DTO=${embedded} -DNAME=live_frames_object
            -P ${send}/embed.cmake
        DEPENDS send/live-frames.bpf.c send/live-frames-shared.h send/embed.cmake
        VERBATIM)
    target_sources(generator PRIVATE send/live-frames.c send/live-frames-plan.c ${embedded})
    target_compile_definitions(generator PRIVATE HAVE_LIVE_FRAMES)
endif()
