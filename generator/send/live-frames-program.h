/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The BPF program that makes live frames: loading and running it.
 */
#ifndef GENERATOR_SEND_LIVE_FRAMES_PROGRAM_H
#define GENERATOR_SEND_LIVE_FRAMES_PROGRAM_H

#include <bpf/libbpf.h>
#include <glib.h>
#include <stdbool.h>

#include "generator/send/egress-interface.h"
#include "generator/send/live-frames-shared.h"

struct live_frames_bpf;

struct live_program {
    const struct egress *egress;
    struct live_frames_bpf *skeleton;
    struct bpf_link *counters[2];
    int fd;
    struct live_frames *live; /* memory shared with the program, owned by the skeleton */
};

/** Loads the program for sending by @p egress. Returns FALSE after an error; call
 * live_program_unload() then, too. */
gboolean live_program_load(struct live_program *program, const struct egress *egress,
                           GError **error);
void live_program_unload(struct live_program *program);

/** Makes this many frames, up to @p together in a batch. The kernel takes about 25 ms to begin and
 * to end, and sends nothing then. A signal ends the run early: that sets @p cut_short and is not
 * an error. */
gboolean live_program_run(const struct live_program *program, uint32_t count, uint32_t together,
                          bool *cut_short, GError **error);

#endif
