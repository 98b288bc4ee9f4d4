/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/session-stream.h"

#include "generator/errors.h"
#include "generator/fragment.h"
#include "generator/icmp-error.h"

void session_stream_init(struct session_stream *stream, const struct session_plan *plan,
                         size_t number, int64_t start_ns)
{
    encapsulation_init(&stream->encapsulation, plan, number, start_ns);
    if (plan->fate.icmp_error != ICMP_ERROR_NONE)
        stream->icmp = icmp_error_template(&plan->stream.outer);
}

/* Adds what stands behind the outer packet, cuts what the source cut, and hands the frame on. */
static gboolean send(const struct session_stream *stream, int64_t now_ns, struct buffer *out,
                     const struct frame_sink *sink, GError **error)
{
    const struct session_plan *plan = stream->encapsulation.plan;
    const struct fate_plan *fate = &plan->fate;
    buffer_put(out, fate->appended.data, fate->appended.len);
    encapsulate_fcs(fate->outer_fcs, 0, out);
    if (out->overflow)
        return fail(error, STATUS_FAILED, "[session %s]: a frame is longer than %d bytes",
                    plan->stream.name, (int)FRAME_MAX_LENGTH);
    if (fate->snap_outer != AUTO && out->len > (size_t)fate->snap_outer)
        out->len = (size_t)fate->snap_outer;
    const struct frame frame = {
        now_ns, stream->encapsulation.outer.link, {out->data, out->len}, NULL};
    return frame_put(sink, &frame, error);
}

static gboolean send_fragments(const struct session_stream *stream, int64_t now_ns,
                               struct bytes packet, size_t ip_at, uint8_t *room,
                               const struct frame_sink *sink, GError **error)
{
    size_t first = (size_t)stream->encapsulation.plan->fate.fragment;
    for (unsigned part = 0; part < 2; part++) {
        struct buffer out = {room, FRAME_MAX_LENGTH, 0, false};
        fragment_put(packet, ip_at, first, part == 1, &out);
        if (!send(stream, now_ns, &out, sink, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean send_copy(const struct session_stream *stream, int64_t now_ns, struct buffer *copy,
                          size_t ip_at, uint8_t *room, const struct frame_sink *sink,
                          GError **error)
{
    const struct fate_plan *fate = &stream->encapsulation.plan->fate;
    struct bytes packet = {copy->data, copy->len};
    if (fate->fragment != AUTO && fragment_needed(packet, ip_at, (size_t)fate->fragment))
        return send_fragments(stream, now_ns, packet, ip_at, room, sink, error);
    return send(stream, now_ns, copy, sink, error);
}

gboolean session_stream_emit(struct session_stream *stream, uint64_t n, int64_t now_ns,
                             uint8_t scratch[static 2 * FRAME_MAX_LENGTH],
                             const struct frame_sink *sink, GError **error)
{
    const struct fate_plan *fate = &stream->encapsulation.plan->fate;
    uint8_t *room = scratch + FRAME_MAX_LENGTH;
    struct buffer copy = {scratch, FRAME_MAX_LENGTH, 0, false};
    size_t ip_at = encapsulate(&stream->encapsulation, n, now_ns, &copy);
    const struct bytes packet = {copy.data, copy.len};

    bool answered = fate->icmp_error != ICMP_ERROR_NONE && n + 1 == fate->icmp_copy;
    if (!(answered && fate->icmp_instead) &&
        !send_copy(stream, now_ns, &copy, ip_at, room, sink, error))
        return FALSE;
    if (!answered)
        return TRUE;
    struct buffer out = {room, FRAME_MAX_LENGTH, 0, false};
    icmp_error_put(&stream->icmp, fate, bytes_from(packet, ip_at), &out);
    const struct frame frame = {now_ns, stream->icmp.link, {out.data, out.len}, NULL};
    return frame_put(sink, &frame, error);
}
