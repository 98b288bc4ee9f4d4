# SPDX-License-Identifier: GPL-2.0-or-later
# erspangen send: a scenario onto the wire.
target_sources(generator PRIVATE
    send/addressing.c
    send/backend-packet.c
    send/backend-pcap.c
    send/backend.c
    send/tx-thread.c
    send/latency-histogram.c
    send/sender.c
    send/neighbour.c
    send/tx-ring.c
    send/pace.c
    send/tx-totals.c
    send/egress-interface.c
)

# The faster ways to send, where their libraries are; the fastest is in part the kernel's.
if(XDP_FOUND)
    target_sources(generator PRIVATE send/backend-af-xdp.c)
    target_compile_definitions(generator PRIVATE HAVE_AF_XDP)
    target_link_libraries(generator PRIVATE PkgConfig::XDP)
endif()
if(ERSPAN_BPF)
    target_sources(generator PRIVATE send/backend-live-frames.c send/live-frames-plan.c
                                     send/live-frames-program.c)
    target_compile_definitions(generator PRIVATE HAVE_LIVE_FRAMES)
    erspan_bpf_skeleton(generator send/live-frames.bpf.c live_frames_bpf)
endif()
