/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What reaches the capture from one session: its copies, and what happens to them on the way.
 */
#ifndef GENERATOR_SESSION_STREAM_H
#define GENERATOR_SESSION_STREAM_H

#include "generator/encapsulate.h"
#include "generator/frame.h"

/** Room for an outer packet of 64 KiB and all that can stand around it. */
enum { FRAME_MAX_LENGTH = 1 << 17 };

struct session_stream {
    struct encapsulation encapsulation;
    struct outer_template icmp; /* around an ICMP error to the source */
};

void session_stream_init(struct session_stream *stream, const struct session_plan *plan,
                         size_t number, int64_t start_ns);

/** Makes copy @p n at @p now_ns and hands on the frames that come of it. @p scratch: any content.
 */
gboolean session_stream_emit(struct session_stream *stream, uint64_t n, int64_t now_ns,
                             uint8_t scratch[static 2 * FRAME_MAX_LENGTH],
                             const struct frame_sink *sink, GError **error);

#endif
