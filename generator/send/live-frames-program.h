/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The program in the kernel that makes live frames: loaded, and run.
 */
#ifndef GENERATOR_SEND_LIVE_FRAMES_PROGRAM_H
#define GENERATOR_SEND_LIVE_FRAMES_PROGRAM_H

#include <bpf/libbpf.h>
#include <glib.h>
#include <stdbool.h>

#include "generator/send/egress-interface.h"
#include "generator/send/live-frames-shared.h"

struct live_program {
    const struct egress *egress;
    struct bpf_object *object;
    struct bpf_link *session_sources[2];
    int fd;
    struct live_frames *live; /* shared with it */
    size_t live_length;
};

/** Loads it, for frames to be sent by @p egress. FALSE after an error; unload it then, too. */
gboolean live_program_load(struct live_program *program, const struct egress *egress,
                           GError **error);
void live_program_unload(struct live_program *program);

/** Has it make so many frames, up to @p together at a time. It takes the kernel some 25 ms to begin
 * and to end, in which nothing leaves. A signal ends it early, which sets @p cut_short and is no
 * error. */
gboolean live_program_run(const struct live_program *program, uint32_t count, uint32_t together,
                          bool *cut_short, GError **error);

#endif
