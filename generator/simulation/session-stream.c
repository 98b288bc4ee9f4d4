/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/session-stream.h"

#include "common/errors.h"
#include "generator/simulation/delivery.h"

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

static gboolean deliver_parcel(const struct parcel *parcel, int64_t now_ns,
                               const struct session_exit *way_out, GError **error)
{
    struct buffer packet = delivery_scratch(way_out, PART_PARCEL);
    buffer_put(&packet, parcel->data, parcel->len);
    return delivery_put(parcel->owner, &parcel->copy, &packet, now_ns, way_out, error);
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

/* In the queue of those held, copies are due behind copy @p number; of those due together, the
 * lower queue leaves first. */
static int64_t held_until(uint64_t number, uint8_t queue)
{
    return (int64_t)(number * REORDER_QUEUES_MAX + queue);
}

/* What is due up to then arrives now, or starts its delay. */
static gboolean release_held(struct session_stream *stream, int64_t until, int64_t now_ns,
                             const struct session_exit *way_out, GError **error)
{
    gboolean good = TRUE;
    while (good && !departure_queue_is_empty(&stream->held) &&
           departure_queue_due(&stream->held) <= until) {
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
    if (copies == 0 && copy->queue == 0 && delay_ns == 0)
        return delivery_put(stream, copy, packet, now_ns, way_out, error);
    const struct bytes bytes = {packet->data, packet->len};
    if (!copy->duplicate && !delivery_loses_fragment(stream, copy, bytes) &&
        !arrivals_hold(&stream->encapsulation.sequence->arrivals, copy->parts.place))
        return fail(error, STATUS_FAILED,
                    "too many copies were sent behind one that is late and still under way");
    struct parcel *parcel = parcel_new(stream, copy, bytes);
    if (copies > 0 || copy->queue > 0)
        return departure_queue_put(&stream->held, parcel,
                                   held_until(copy->number + copies, copy->queue), error);
    return departure_queue_put(stream->under_way, parcel, now_ns + delay_ns, error);
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
    delivery_note_time(&tally->sent_period, &tally->sent, now_ns);
    amount_add(&tally->mirrored, parts->inner_length, 0);
    amount_add(&tally->sent, parts->inner_kept, copy->outer_bytes);
    if (parts->inner_kept < parts->inner_length)
        amount_add(&tally->truncated, parts->inner_length - parts->inner_kept, 0);
}

/* What the path does with the copy, and what its far end answers. */
static struct impairment_outcome judge(struct session_stream *stream, const struct sent_copy *copy,
                                       size_t packet_length, int64_t now_ns)
{
    const struct fate_plan *fate = &session_stream_plan(stream)->fate;
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

/* Sends the copy and its duplicate, as the outcome says. */
static gboolean pass(struct session_stream *stream, const struct impairment_outcome *outcome,
                     struct sent_copy *copy, struct buffer *packet, int64_t now_ns,
                     const struct session_exit *way_out, GError **error)
{
    struct buffer corrupted;
    if (outcome->flip > 0) {
        /* The source may still mirror the whole one. */
        corrupted = delivery_scratch(way_out, PART_PARCEL);
        buffer_put(&corrupted, packet->data, packet->len);
        copy->flipped = impairment_corrupt(outcome, &copy->parts, &corrupted);
        packet = &corrupted;
    }
    copy->snap = outcome->snap;
    copy->late = outcome->late;
    copy->queue = outcome->queue;
    copy->again = outcome->again;
    copy->doubled = outcome->doubled;
    if (!dispatch(stream, copy, packet, now_ns, way_out, error))
        return FALSE;
    copy->duplicate = true;
    copy->doubled = false;
    return !outcome->doubled || dispatch(stream, copy, packet, now_ns, way_out, error);
}

/* One that someone else puts in arrives at once: the way of the session's copies is not its own. */
static gboolean put_foreign_copy(struct session_stream *stream,
                                 const struct impairment_plan *spoofing, uint32_t sequence,
                                 int64_t now_ns, const struct session_exit *way_out, GError **error)
{
    const struct foreign_order order = {.sequence = sequence,
                                        .n = stream->foreign++,
                                        .ttl = spoofing->spoof_ttl,
                                        .mac = spoofing->spoof_mac};
    struct buffer packet = delivery_scratch(way_out, PART_PARCEL);
    struct sent_copy copy = {.session = session_stream_plan(stream), .snap = AUTO, .foreign = true};
    copy.parts = encapsulate_foreign(&stream->encapsulation, &order, now_ns, &packet);
    return delivery_put(stream, &copy, &packet, now_ns, way_out, error);
}

/* Those behind @p copy. */
static gboolean put_foreign(struct session_stream *stream, const struct sent_copy *copy,
                            int64_t now_ns, const struct session_exit *way_out, GError **error)
{
    uint32_t mask = sequence_mask(stream->encapsulation.sequence);
    const struct impairment *impairment;
    size_t at = 0;
    while ((impairment = impairments_spoof(&stream->impairments, &at, copy->number, now_ns)) !=
           NULL)
        for (uint32_t i = 0; i < impairment->plan->spoof_count; i++) {
            uint32_t sequence =
                impairment_spoofed_number(impairment, copy->number, i, copy->parts.place.number);
            if (!put_foreign_copy(stream, impairment->plan, sequence & mask, now_ns, way_out,
                                  error))
                return FALSE;
        }
    return TRUE;
}

/* Makes a copy in @p packet and lets happen to it what happens. */
static gboolean make_copy(struct session_stream *stream, struct copy_order *order, int64_t now_ns,
                          struct buffer *packet, const struct session_exit *way_out, GError **error)
{
    uint64_t number = ++stream->sent;
    bool restarted = stream->impairments.count > 0 && prepare(stream, order, number, now_ns);
    const struct built_copy parts = encapsulate(&stream->encapsulation, order, now_ns, packet);
    struct sent_copy copy = {.session = session_stream_plan(stream),
                             .parts = parts,
                             .outer_bytes =
                                 delivery_sent_length(session_stream_plan(stream), packet->len),
                             .number = number,
                             .after_restart = restarted,
                             .snap = AUTO};
    count_sent(stream, &copy, now_ns);

    const struct bytes quoted = {packet->data + copy.parts.ip_at, packet->len - copy.parts.ip_at};
    const struct impairment_outcome outcome = judge(stream, &copy, quoted.len, now_ns);
    stream->arrives =
        outcome.lost == LOST_NOT &&
        !delivery_loses_fragment(stream, &copy, (struct bytes){packet->data, packet->len});
    if (outcome.lost != LOST_NOT)
        amount_add(&stream->tally->lost[outcome.lost], copy.parts.inner_kept, copy.outer_bytes);
    else if (!pass(stream, &outcome, &copy, packet, now_ns, way_out, error))
        return FALSE;
    if (outcome.answer.error != ICMP_ERROR_NONE &&
        !delivery_put_icmp_error(stream, &outcome.answer, quoted, now_ns, way_out, error))
        return FALSE;
    if (stream->impairments.spoofs && !put_foreign(stream, &copy, now_ns, way_out, error))
        return FALSE;
    return departure_queue_is_empty(&stream->held) ||
           release_held(stream, held_until(number, REORDER_QUEUES_MAX - 1), now_ns, way_out, error);
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
            struct buffer inner = delivery_scratch(way_out, PART_OTHER_COPY);
            encapsulation_write_inner(&stream->encapsulation, n, &inner);
            frame.bytes = (struct bytes){inner.data, inner.len};
            order.frame = &frame;
        }
        if (skip(stream, n, order.frame->bytes.len, now_ns)) {
            stream->arrives = false;
            return TRUE;
        }
    }
    for (unsigned depth = 1;; depth++) {
        struct buffer packet = delivery_scratch(way_out, depth % 2 ? PART_COPY : PART_OTHER_COPY);
        if (!make_copy(stream, &order, now_ns, &packet, way_out, error))
            return FALSE;
        if (depth == session_stream_plan(stream)->fate.loop)
            return TRUE;
        frame.bytes = (struct bytes){packet.data, packet.len};
        order.frame = &frame;
        order.again = true;
    }
}
