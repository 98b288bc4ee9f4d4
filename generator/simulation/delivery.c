/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/delivery.h"

#include "common/errors.h"
#include "core/wire/protocol.h"
#include "generator/encapsulate/fragment.h"
#include "generator/encapsulate/icmp-error.h"

struct buffer delivery_scratch(const struct session_exit *way_out, enum scratch_part part)
{
    return (struct buffer){way_out->scratch + (size_t)part * FRAME_MAX_LENGTH, FRAME_MAX_LENGTH, 0,
                           false};
}

void delivery_note_time(struct period *period, const struct amount *amount, int64_t now_ns)
{
    if (amount->count == 0)
        period->first_ns = now_ns;
    period->last_ns = now_ns;
}

static gboolean put_frame(const struct frame *frame, const struct session_exit *way_out,
                          GError **error)
{
    if (!frame_put(way_out->sink, frame, error))
        return FALSE;
    if (way_out->sink->complete_all == NULL)
        delivery_complete(frame, true);
    return TRUE;
}

size_t delivery_sent_length(const struct session_plan *plan, size_t packet_length)
{
    const struct fate_plan *fate = &plan->fate;
    size_t length =
        packet_length + fate->appended.len + (fate->outer_fcs == CHECK_NONE ? 0 : FCS_LENGTH);
    return fate->snap_outer == AUTO ? length : MIN(length, (size_t)fate->snap_outer);
}

/* A delivery: whose frames it consists of. */
struct delivery {
    struct simulated_session *session;
    const struct sent_copy *copy;
    const char *comment;
    int64_t now_ns;
};

/* Returns how many bytes that takes. */
static size_t cut_to(struct buffer *out, int64_t kept)
{
    if (kept == AUTO || out->len <= (size_t)kept)
        return 0;
    size_t cut = out->len - (size_t)kept;
    out->len = (size_t)kept;
    return cut;
}

/* Adds what stands behind the outer packet, cuts what was cut, and hands the frame on. */
static gboolean send(const struct delivery *delivery, struct part part, struct buffer *out,
                     const struct session_exit *way_out, GError **error)
{
    const struct session_plan *plan = simulated_session_plan(delivery->session);
    const struct fate_plan *fate = &plan->fate;
    buffer_put(out, fate->appended.data, fate->appended.len);
    encapsulate_fcs(fate->outer_fcs, 0, out);
    if (out->overflow)
        return fail(error, STATUS_FAILED,
                    "[session %s]: a copy is longer than an IP packet can be, 65535 bytes: see cut",
                    plan->stream.group.name);
    size_t cut = cut_to(out, fate->snap_outer);
    cut += cut_to(out, delivery->copy->snap);
    const struct frame frame = {.time_ns = delivery->now_ns,
                                .interface = delivery->session->encapsulation.outer.interface,
                                .bytes = {out->data, out->len},
                                .session = delivery->session,
                                .copy = delivery->copy,
                                .cut = cut,
                                .part = part,
                                .comment = delivery->comment};
    return put_frame(&frame, way_out, error);
}

/* What both fragments hold becomes other bytes in the second. */
static void contradict(const struct fate_plan *fate, struct buffer *second, size_t at)
{
    size_t end = MIN(at + fate->fragment_overlap, second->len);
    for (; fate->fragment_conflict && at < end; at++)
        second->data[at] = (uint8_t)~second->data[at];
}

static gboolean send_fragments(const struct delivery *delivery, struct bytes packet,
                               const struct session_exit *way_out, GError **error)
{
    const struct fate_plan *fate = &simulated_session_plan(delivery->session)->fate;
    size_t first = (size_t)fate->fragment;
    const struct {
        size_t from;
        size_t to;
        enum fragment_lost lost;
    } parts[] = {{0, first, FRAGMENT_LOST_FIRST},
                 {first - fate->fragment_overlap, packet.len, FRAGMENT_LOST_SECOND}};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        struct buffer out = delivery_scratch(way_out, PART_FRAME);
        if (parts[i].lost == fate->fragment_lost)
            continue;
        size_t at =
            fragment_put(packet, delivery->copy->parts.ip_at, parts[i].from, parts[i].to, &out);
        if (parts[i].from > 0)
            contradict(fate, &out, at);
        bool more = i == 0 && fate->fragment_lost == FRAGMENT_LOST_NONE;
        if (!send(delivery, (struct part){.fragment = true, .more = more}, &out, way_out, error))
            return FALSE;
    }
    return TRUE;
}

static bool is_fragmented(const struct simulated_session *session, const struct sent_copy *copy,
                          struct bytes packet)
{
    int64_t first = simulated_session_plan(session)->fate.fragment;
    return first != AUTO && fragment_needed(packet, copy->parts.ip_at, (size_t)first);
}

static bool loses_fragments(const struct simulated_session *session)
{
    return simulated_session_plan(session)->fate.fragment_lost != FRAGMENT_LOST_NONE;
}

bool delivery_loses_fragment(const struct simulated_session *session, const struct sent_copy *copy,
                             struct bytes packet)
{
    return loses_fragments(session) && is_fragmented(session, copy, packet);
}

static gboolean put_copy(const struct delivery *delivery, struct buffer *packet,
                         const struct session_exit *way_out, GError **error)
{
    const struct bytes bytes = {packet->data, packet->len};
    if (is_fragmented(delivery->session, delivery->copy, bytes))
        return send_fragments(delivery, bytes, way_out, error);
    gboolean good = send(delivery, (struct part){.fragment = false}, packet, way_out, error);
    packet->len = bytes.len;
    return good;
}

/* Few copies have a comment: the others need no room for it. */
static G_GNUC_NO_INLINE gboolean put_described(const struct delivery *delivery,
                                               struct buffer *packet,
                                               const struct session_exit *way_out, GError **error)
{
    char text[SENT_COPY_TEXT];
    struct delivery described = *delivery;
    described.comment = sent_copy_describe(delivery->copy, text);
    return put_copy(&described, packet, way_out, error);
}

gboolean delivery_put(struct simulated_session *session, const struct sent_copy *copy,
                      struct buffer *packet, int64_t now_ns, const struct session_exit *way_out,
                      GError **error)
{
    const struct delivery delivery = {session, copy, NULL, now_ns};
    return sent_copy_touched(copy) ? put_described(&delivery, packet, way_out, error)
                                   : put_copy(&delivery, packet, way_out, error);
}

gboolean delivery_put_icmp_error(struct simulated_session *session,
                                 const struct icmp_answer *answer, struct bytes packet,
                                 int64_t now_ns, const struct session_exit *way_out, GError **error)
{
    struct buffer out = delivery_scratch(way_out, PART_FRAME);
    icmp_error_put(&session->icmp, answer, packet, &out);
    const struct frame frame = {.time_ns = now_ns,
                                .interface = session->icmp.interface,
                                .bytes = {out.data, out.len},
                                .session = session};
    return put_frame(&frame, way_out, error);
}

static void count_delivery(struct simulated_session *session, const struct sent_copy *copy)
{
    struct session_truth *counted = session->counted;
    const struct arriving *arriving = &session->arriving;
    uint64_t inner = copy->parts.inner_kept;
    if (arrivals_add(&session->encapsulation.sequence->arrivals, copy->parts.place) > 0)
        amount_add(&counted->late, inner, arriving->bytes);
    amount_add(&counted->delivered, inner, arriving->bytes);
    if (arriving->cut > 0)
        amount_add(&counted->snapped, 0, arriving->cut);
    if (copy->flipped > 0)
        amount_add(&counted->corrupted, inner, arriving->bytes);
    counted->flipped_bits += copy->flipped;
    if (arriving->fragmented)
        amount_add(&counted->fragmented, inner, arriving->bytes);
}

/* Neither it nor its double left. */
static void count_failure(struct simulated_session *session, const struct sent_copy *copy)
{
    struct session_truth *counted = session->counted;
    const struct built_copy *parts = &copy->parts;
    amount_take(&counted->sent, parts->inner_kept, copy->outer_bytes);
    amount_add(&counted->failed, parts->inner_kept, copy->outer_bytes);
    if (parts->inner_kept < parts->inner_length)
        amount_take(&counted->truncated, parts->inner_length - parts->inner_kept, 0);
    arrivals_give_up(&session->encapsulation.sequence->arrivals, parts->place);
}

/* All its frames are complete. A duplicate counts as the copy itself if that did not leave. */
static void complete_copy(struct simulated_session *session, const struct sent_copy *copy)
{
    bool left = !session->arriving.failed;
    if (copy->foreign) {
        if (left && !(session->arriving.fragmented && loses_fragments(session)))
            amount_add(&session->counted->foreign, copy->parts.inner_kept, session->arriving.bytes);
        return;
    }
    if (!left && copy->doubled) {
        if (session->failed_first == NULL)
            session->failed_first =
                g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        g_hash_table_add(session->failed_first, g_memdup2(&copy->number, sizeof copy->number));
        return;
    }
    bool second = copy->duplicate;
    if (second && session->failed_first != NULL)
        second = !g_hash_table_remove(session->failed_first, &copy->number);
    bool lost = session->arriving.fragmented && loses_fragments(session);
    if (!left && !second)
        count_failure(session, copy);
    else if (lost && !second)
        amount_add(&session->counted->lost[LOST_FRAGMENT], copy->parts.inner_kept,
                   copy->outer_bytes);
    else if (left && !lost && second)
        amount_add(&session->counted->duplicates, copy->parts.inner_kept, session->arriving.bytes);
    else if (left && !lost)
        count_delivery(session, copy);
}

static void count_frame(struct simulated_session *session, const struct frame *frame)
{
    struct session_truth *counted = session->counted;
    delivery_note_time(&counted->frames_period, &counted->frames, frame->time_ns);
    amount_add(&counted->frames, 0, frame->bytes.len);
    if (frame->copy == NULL)
        amount_add(&counted->icmp_errors, 0, frame->bytes.len);
}

void delivery_complete(const struct frame *frame, bool left)
{
    struct simulated_session *session = frame->session;
    struct arriving *arriving = &session->arriving;
    if (left)
        count_frame(session, frame);
    if (frame->copy == NULL)
        return;
    arriving->bytes += frame->bytes.len;
    arriving->cut += frame->cut;
    arriving->fragmented = frame->part.fragment;
    arriving->failed = arriving->failed || !left;
    if (left && frame->part.fragment)
        session->counted->fragments++;
    if (frame->part.more)
        return;
    complete_copy(session, frame->copy);
    *arriving = (struct arriving){0};
}
