/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/session-stream.h"

#include "common/errors.h"
#include "core/wire/protocol.h"
#include "generator/encapsulate/fragment.h"
#include "generator/encapsulate/icmp-error.h"

/* The parts of the scratch. A copy that is mirrored again stands in one of the first two while its
 * own copy is made in the other. */
enum scratch_part { PART_COPY, PART_OTHER_COPY, PART_PARCEL, PART_FRAME };

static struct buffer scratch_part(const struct session_exit *way_out, enum scratch_part part)
{
    return (struct buffer){way_out->scratch + (size_t)part * FRAME_MAX_LENGTH, FRAME_MAX_LENGTH, 0,
                           false};
}

void session_stream_init(struct session_stream *stream, const struct scenario *scenario,
                         size_t number, int64_t start_ns, struct truth *truth,
                         struct departure_queue *under_way)
{
    const struct session_plan *plan =
        &g_array_index(scenario->sessions, struct session_plan, number);
    *stream = (struct session_stream){
        .impairments = impairments_of(scenario, plan, start_ns),
        .tally = &truth->sessions[number],
        .under_way = under_way,
    };
    encapsulation_init(&stream->encapsulation, plan, number, start_ns,
                       truth->counters.of_session[number]);
    stream->icmp = icmp_error_template(&plan->stream.outer);
    departure_queue_init(&stream->held);
}

void session_stream_clear(struct session_stream *stream)
{
    encapsulation_clear(&stream->encapsulation);
    impairments_clear(&stream->impairments);
    departure_queue_clear(&stream->held);
    if (stream->failed_first != NULL)
        g_hash_table_destroy(stream->failed_first);
}

static const struct session_plan *plan_of(const struct session_stream *stream)
{
    return stream->encapsulation.plan;
}

static void note_time(struct period *period, const struct amount *amount, int64_t now_ns)
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
    if (way_out->sink->settle_all == NULL)
        session_stream_settle(frame, true);
    return TRUE;
}

/* Bytes of the frame around a packet of that length, as the source sends it. */
static size_t sent_length(const struct session_plan *plan, size_t packet_length)
{
    const struct fate_plan *fate = &plan->fate;
    size_t length =
        packet_length + fate->appended.len + (fate->outer_fcs == CHECK_NONE ? 0 : FCS_LENGTH);
    return fate->snap_outer == AUTO ? length : MIN(length, (size_t)fate->snap_outer);
}

/* A delivery: whose frames it consists of. */
struct delivery {
    struct session_stream *stream;
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
    const struct session_plan *plan = plan_of(delivery->stream);
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
                                .interface = delivery->stream->encapsulation.outer.interface,
                                .bytes = {out->data, out->len},
                                .stream = delivery->stream,
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
    const struct fate_plan *fate = &plan_of(delivery->stream)->fate;
    size_t first = (size_t)fate->fragment;
    const struct {
        size_t from;
        size_t to;
        enum fragment_lost lost;
    } parts[] = {{0, first, FRAGMENT_LOST_FIRST},
                 {first - fate->fragment_overlap, packet.len, FRAGMENT_LOST_SECOND}};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        struct buffer out = scratch_part(way_out, PART_FRAME);
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

static void count_delivery(struct session_stream *stream, const struct sent_copy *copy)
{
    struct session_tally *tally = stream->tally;
    const struct arriving *arriving = &stream->arriving;
    uint64_t inner = copy->parts.inner_kept;
    if (arrivals_add(&stream->encapsulation.sequence->arrivals, copy->parts.place) > 0)
        amount_add(&tally->late, inner, arriving->bytes);
    amount_add(&tally->delivered, inner, arriving->bytes);
    if (arriving->cut > 0)
        amount_add(&tally->snapped, 0, arriving->cut);
    if (copy->flipped > 0)
        amount_add(&tally->corrupted, inner, arriving->bytes);
    tally->flipped_bits += copy->flipped;
    if (arriving->fragmented)
        amount_add(&tally->fragmented, inner, arriving->bytes);
}

/* Neither it nor its double left. */
static void count_failure(struct session_stream *stream, const struct sent_copy *copy)
{
    struct session_tally *tally = stream->tally;
    const struct built_copy *parts = &copy->parts;
    amount_take(&tally->sent, parts->inner_kept, copy->outer_bytes);
    amount_add(&tally->failed, parts->inner_kept, copy->outer_bytes);
    if (parts->inner_kept < parts->inner_length)
        amount_take(&tally->truncated, parts->inner_length - parts->inner_kept, 0);
    arrivals_give_up(&stream->encapsulation.sequence->arrivals, parts->place);
}

/* All its frames are settled. A double counts as the copy itself if that did not leave. */
static void settle_copy(struct session_stream *stream, const struct sent_copy *copy)
{
    bool left = !stream->arriving.failed;
    if (!left && copy->doubled) {
        if (stream->failed_first == NULL)
            stream->failed_first = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        g_hash_table_add(stream->failed_first, g_memdup2(&copy->number, sizeof copy->number));
        return;
    }
    bool second = copy->duplicate;
    if (second && stream->failed_first != NULL)
        second = !g_hash_table_remove(stream->failed_first, &copy->number);
    bool lost =
        stream->arriving.fragmented && plan_of(stream)->fate.fragment_lost != FRAGMENT_LOST_NONE;
    if (!left && !second)
        count_failure(stream, copy);
    else if (lost && !second)
        amount_add(&stream->tally->lost[LOST_FRAGMENT], copy->parts.inner_kept, copy->outer_bytes);
    else if (left && !lost && second)
        amount_add(&stream->tally->duplicates, copy->parts.inner_kept, stream->arriving.bytes);
    else if (left && !lost)
        count_delivery(stream, copy);
}

static void count_frame(struct session_stream *stream, const struct frame *frame)
{
    struct session_tally *tally = stream->tally;
    note_time(&tally->frames_period, &tally->frames, frame->time_ns);
    amount_add(&tally->frames, 0, frame->bytes.len);
    if (frame->copy == NULL)
        amount_add(&tally->icmp_errors, 0, frame->bytes.len);
}

void session_stream_settle(const struct frame *frame, bool left)
{
    struct session_stream *stream = frame->stream;
    struct arriving *arriving = &stream->arriving;
    if (left)
        count_frame(stream, frame);
    if (frame->copy == NULL)
        return;
    arriving->bytes += frame->bytes.len;
    arriving->cut += frame->cut;
    arriving->fragmented = frame->part.fragment;
    arriving->failed = arriving->failed || !left;
    if (left && frame->part.fragment)
        stream->tally->fragments++;
    if (frame->part.more)
        return;
    settle_copy(stream, frame->copy);
    *arriving = (struct arriving){0};
}

static bool is_fragmented(const struct session_stream *stream, const struct sent_copy *copy,
                          struct bytes packet)
{
    int64_t first = plan_of(stream)->fate.fragment;
    return first != AUTO && fragment_needed(packet, copy->parts.ip_at, (size_t)first);
}

/* What came of it is no copy. */
static bool loses_fragment(const struct session_stream *stream, const struct sent_copy *copy,
                           struct bytes packet)
{
    return plan_of(stream)->fate.fragment_lost != FRAGMENT_LOST_NONE &&
           is_fragmented(stream, copy, packet);
}

/* The copy arrives. @p packet stands at the start of a part of the scratch, which has room behind
 * it, and is the same afterwards. */
static gboolean deliver(struct session_stream *stream, const struct sent_copy *copy,
                        struct buffer *packet, int64_t now_ns, const struct session_exit *way_out,
                        GError **error)
{
    char text[SENT_COPY_TEXT];
    const struct bytes bytes = {packet->data, packet->len};
    const struct delivery delivery = {stream, copy, sent_copy_describe(copy, text), now_ns};
    if (is_fragmented(stream, copy, bytes))
        return send_fragments(&delivery, bytes, way_out, error);
    gboolean good = send(&delivery, (struct part){.fragment = false}, packet, way_out, error);
    packet->len = bytes.len;
    return good;
}

static gboolean deliver_parcel(const struct parcel *parcel, int64_t now_ns,
                               const struct session_exit *way_out, GError **error)
{
    struct buffer packet = scratch_part(way_out, PART_PARCEL);
    buffer_put(&packet, parcel->data, parcel->len);
    return deliver(parcel->owner, &parcel->copy, &packet, now_ns, way_out, error);
}

gboolean session_streams_release(struct departure_queue *under_way, int64_t until_ns,
                                 const struct session_exit *way_out, GError **error)
{
    gboolean good = TRUE;
    while (good && !departure_queue_is_empty(under_way) &&
           departure_queue_due(under_way) <= until_ns) {
        int64_t due_ns = departure_queue_due(under_way);
        struct parcel *parcel = departure_queue_take(under_way);
        good = deliver_parcel(parcel, due_ns, way_out, error);
        g_free(parcel);
    }
    return good;
}

/* What waited for copy @p number arrives now, or starts its delay. */
static gboolean release_held(struct session_stream *stream, int64_t number, int64_t now_ns,
                             const struct session_exit *way_out, GError **error)
{
    gboolean good = TRUE;
    while (good && !departure_queue_is_empty(&stream->held) &&
           departure_queue_due(&stream->held) <= number) {
        struct parcel *parcel = departure_queue_take(&stream->held);
        int64_t delay_ns =
            parcel->copy.late.ns + (parcel->copy.duplicate ? parcel->copy.again.ns : 0);
        if (delay_ns > 0) {
            good = departure_queue_put(stream->under_way, parcel, now_ns + delay_ns, error);
            continue;
        }
        good = deliver_parcel(parcel, now_ns, way_out, error);
        g_free(parcel);
    }
    return good;
}

gboolean session_stream_end(struct session_stream *stream, int64_t now_ns,
                            const struct session_exit *way_out, GError **error)
{
    return release_held(stream, INT64_MAX, now_ns, way_out, error);
}

/* The copy arrives now, or waits. */
static gboolean dispatch(struct session_stream *stream, const struct sent_copy *copy,
                         struct buffer *packet, int64_t now_ns, const struct session_exit *way_out,
                         GError **error)
{
    uint64_t copies = copy->late.copies + (copy->duplicate ? copy->again.copies : 0);
    int64_t delay_ns = copy->late.ns + (copy->duplicate ? copy->again.ns : 0);
    if (copies == 0 && delay_ns == 0)
        return deliver(stream, copy, packet, now_ns, way_out, error);
    const struct bytes bytes = {packet->data, packet->len};
    if (!copy->duplicate && !loses_fragment(stream, copy, bytes) &&
        !arrivals_hold(&stream->encapsulation.sequence->arrivals, copy->parts.place))
        return fail(error, STATUS_FAILED,
                    "too many copies were sent behind one that is late and still under way");
    struct parcel *parcel = parcel_new(stream, copy, bytes);
    if (copies > 0)
        return departure_queue_put(&stream->held, parcel, (int64_t)(copy->number + copies), error);
    return departure_queue_put(stream->under_way, parcel, now_ns + delay_ns, error);
}

static gboolean put_icmp_error(struct session_stream *stream, const struct icmp_answer *answer,
                               struct bytes packet, int64_t now_ns,
                               const struct session_exit *way_out, GError **error)
{
    struct buffer out = scratch_part(way_out, PART_FRAME);
    icmp_error_put(&stream->icmp, answer, packet, &out);
    const struct frame frame = {.time_ns = now_ns,
                                .interface = stream->icmp.interface,
                                .bytes = {out.data, out.len},
                                .stream = stream};
    return put_frame(&frame, way_out, error);
}

/* What the source keeps of the frame of copy @p number. True if it restarts before. */
static bool prepare(struct session_stream *stream, struct copy_order *order, uint64_t number,
                    int64_t now_ns)
{
    int64_t restart_ns;
    bool clock_too;
    order->truncate = impairments_truncate(&stream->impairments, order->frame->bytes.len, now_ns,
                                           &order->flagged);
    if (!impairments_restart(&stream->impairments, number, now_ns, &restart_ns, &clock_too))
        return false;
    encapsulation_restart(&stream->encapsulation, restart_ns, clock_too);
    stream->tally->restarts++;
    return true;
}

static void count_sent(struct session_stream *stream, const struct sent_copy *copy, int64_t now_ns)
{
    struct session_tally *tally = stream->tally;
    const struct built_copy *parts = &copy->parts;
    note_time(&tally->sent_period, &tally->sent, now_ns);
    amount_add(&tally->mirrored, parts->inner_length, 0);
    amount_add(&tally->sent, parts->inner_kept, copy->outer_bytes);
    if (parts->inner_kept < parts->inner_length)
        amount_add(&tally->truncated, parts->inner_length - parts->inner_kept, 0);
}

/* What the way does with the copy, and what the end of it answers. */
static struct impairment_outcome judge(struct session_stream *stream, const struct sent_copy *copy,
                                       size_t packet_length, int64_t now_ns)
{
    const struct fate_plan *fate = &plan_of(stream)->fate;
    struct impairment_outcome outcome = {.lost = LOST_NOT, .snap = AUTO};
    if (stream->impairments.count > 0)
        outcome = impairments_judge(&stream->impairments, copy->number, packet_length, now_ns);
    if (outcome.lost == LOST_NOT && fate->icmp_error != ICMP_ERROR_NONE &&
        copy->number == fate->icmp_copy) {
        outcome.answer = (struct icmp_answer){.error = fate->icmp_error, .mtu = fate->icmp_mtu};
        outcome.lost = fate->icmp_instead ? LOST_REFUSED : LOST_NOT;
    }
    outcome.answer.quote = fate->icmp_quote;
    return outcome;
}

/* Sends the copy on its way, and its double, as the verdict says. */
static gboolean pass(struct session_stream *stream, const struct impairment_outcome *outcome,
                     struct sent_copy *copy, struct buffer *packet, int64_t now_ns,
                     const struct session_exit *way_out, GError **error)
{
    struct buffer corrupted;
    if (outcome->flip > 0) {
        /* The source may still mirror the whole one. */
        corrupted = scratch_part(way_out, PART_PARCEL);
        buffer_put(&corrupted, packet->data, packet->len);
        copy->flipped = impairment_corrupt(outcome, &copy->parts, &corrupted);
        packet = &corrupted;
    }
    copy->snap = outcome->snap;
    copy->late = outcome->late;
    copy->again = outcome->again;
    copy->doubled = outcome->doubled;
    if (!dispatch(stream, copy, packet, now_ns, way_out, error))
        return FALSE;
    copy->duplicate = true;
    copy->doubled = false;
    return !outcome->doubled || dispatch(stream, copy, packet, now_ns, way_out, error);
}

/* Makes a copy in @p packet and lets happen to it what happens. */
static gboolean make_copy(struct session_stream *stream, struct copy_order *order, int64_t now_ns,
                          struct buffer *packet, const struct session_exit *way_out, GError **error)
{
    uint64_t number = ++stream->sent;
    bool restarted = stream->impairments.count > 0 && prepare(stream, order, number, now_ns);
    const struct built_copy parts = encapsulate(&stream->encapsulation, order, now_ns, packet);
    struct sent_copy copy = {.session = plan_of(stream),
                             .parts = parts,
                             .outer_bytes = sent_length(plan_of(stream), packet->len),
                             .number = number,
                             .after_restart = restarted,
                             .snap = AUTO};
    count_sent(stream, &copy, now_ns);

    const struct bytes quoted = {packet->data + copy.parts.ip_at, packet->len - copy.parts.ip_at};
    const struct impairment_outcome outcome = judge(stream, &copy, quoted.len, now_ns);
    if (outcome.lost != LOST_NOT)
        amount_add(&stream->tally->lost[outcome.lost], copy.parts.inner_kept, copy.outer_bytes);
    else if (!pass(stream, &outcome, &copy, packet, now_ns, way_out, error))
        return FALSE;
    if (outcome.answer.error != ICMP_ERROR_NONE &&
        !put_icmp_error(stream, &outcome.answer, quoted, now_ns, way_out, error))
        return FALSE;
    return departure_queue_is_empty(&stream->held) ||
           release_held(stream, (int64_t)copy.number, now_ns, way_out, error);
}

/* True if the source makes no copy of the frame; counts it then. */
static bool skip(struct session_stream *stream, uint64_t n, size_t len, int64_t now_ns)
{
    enum skip_cause cause = impairments_skip(&stream->impairments, n, len, now_ns);
    if (cause == SKIP_NOT)
        return false;
    amount_add(&stream->tally->mirrored, len, 0);
    amount_add(&stream->tally->skipped[cause], len, 0);
    return true;
}

gboolean session_stream_emit(struct session_stream *stream, uint64_t n, int64_t now_ns,
                             const struct mirrored_frame *mirrored,
                             const struct session_exit *way_out, GError **error)
{
    struct mirrored_frame frame = {.time_ns = now_ns};
    struct copy_order order = {.n = n, .frame = mirrored, .truncate = AUTO};
    if (stream->impairments.count > 0) {
        if (mirrored == NULL) {
            struct buffer inner = scratch_part(way_out, PART_OTHER_COPY);
            encapsulation_write_inner(&stream->encapsulation, n, &inner);
            frame.bytes = (struct bytes){inner.data, inner.len};
            order.frame = &frame;
        }
        if (skip(stream, n, order.frame->bytes.len, now_ns))
            return TRUE;
    }
    for (unsigned depth = 1;; depth++) {
        struct buffer packet = scratch_part(way_out, depth % 2 ? PART_COPY : PART_OTHER_COPY);
        if (!make_copy(stream, &order, now_ns, &packet, way_out, error))
            return FALSE;
        if (depth == plan_of(stream)->fate.loop)
            return TRUE;
        frame.bytes = (struct bytes){packet.data, packet.len};
        order.frame = &frame;
        order.again = true;
    }
}
