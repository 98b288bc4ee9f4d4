/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/simulation/simulated-session.h"

#include "common/errors.h"
#include "generator/simulation/delivery.h"

void simulated_session_init(struct simulated_session *session, const struct scenario *scenario,
                            size_t number, int64_t start_ns, struct truth *truth,
                            struct departure_queue *under_way)
{
    const struct session_plan *plan =
        &g_array_index(scenario->sessions, struct session_plan, number);
    *session = (struct simulated_session){
        .impairments = impairments_of(scenario, plan, start_ns),
        .counted = &truth->sessions[number],
        .under_way = under_way,
    };
    encapsulation_init(&session->encapsulation, plan, number, start_ns,
                       truth->counters.of_session[number]);
    session->icmp = icmp_error_template(&plan->stream.outer);
    departure_queue_init(&session->held);
}

void simulated_session_clear(struct simulated_session *session)
{
    encapsulation_clear(&session->encapsulation);
    impairments_clear(&session->impairments);
    departure_queue_clear(&session->held);
    if (session->failed_first != NULL)
        g_hash_table_destroy(session->failed_first);
}

static gboolean deliver_parcel(const struct parcel *parcel, int64_t now_ns,
                               const struct session_exit *way_out, GError **error)
{
    struct buffer packet = delivery_scratch(way_out, PART_PARCEL);
    buffer_put(&packet, parcel->data, parcel->len);
    return delivery_put(parcel->owner, &parcel->copy, &packet, now_ns, way_out, error);
}

gboolean simulated_sessions_release(struct departure_queue *under_way, int64_t until_ns,
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
static gboolean release_held(struct simulated_session *session, int64_t until, int64_t now_ns,
                             const struct session_exit *way_out, GError **error)
{
    gboolean good = TRUE;
    while (good && !departure_queue_is_empty(&session->held) &&
           departure_queue_due(&session->held) <= until) {
        struct parcel *parcel = departure_queue_take(&session->held);
        int64_t delay_ns =
            parcel->copy.late.ns + (parcel->copy.duplicate ? parcel->copy.again.ns : 0);
        if (delay_ns > 0) {
            good = departure_queue_put(session->under_way, parcel, now_ns + delay_ns, error);
            continue;
        }
        good = deliver_parcel(parcel, now_ns, way_out, error);
        g_free(parcel);
    }
    return good;
}

gboolean simulated_session_end(struct simulated_session *session, int64_t now_ns,
                               const struct session_exit *way_out, GError **error)
{
    return release_held(session, INT64_MAX, now_ns, way_out, error);
}

/* The copy arrives now, or waits. */
static gboolean dispatch(struct simulated_session *session, const struct sent_copy *copy,
                         struct buffer *packet, int64_t now_ns, const struct session_exit *way_out,
                         GError **error)
{
    uint64_t copies = copy->late.copies + (copy->duplicate ? copy->again.copies : 0);
    int64_t delay_ns = copy->late.ns + (copy->duplicate ? copy->again.ns : 0);
    if (copies == 0 && copy->queue == 0 && delay_ns == 0)
        return delivery_put(session, copy, packet, now_ns, way_out, error);
    const struct bytes bytes = {packet->data, packet->len};
    if (!copy->duplicate && !delivery_loses_fragment(session, copy, bytes) &&
        !arrivals_hold(&session->encapsulation.sequence->arrivals, copy->parts.place))
        return fail(error, STATUS_FAILED,
                    "too many copies were sent behind one that is late and still under way");
    struct parcel *parcel = parcel_new(session, copy, bytes);
    if (copies > 0 || copy->queue > 0)
        return departure_queue_put(&session->held, parcel,
                                   held_until(copy->number + copies, copy->queue), error);
    return departure_queue_put(session->under_way, parcel, now_ns + delay_ns, error);
}

/* What the source keeps of the frame of copy @p number. True if it restarts before. */
static bool prepare(struct simulated_session *session, struct copy_order *order, uint64_t number,
                    int64_t now_ns)
{
    int64_t restart_ns;
    bool clock_too;
    order->truncate = impairments_truncate(&session->impairments, order->frame->bytes.len, now_ns,
                                           &order->flagged);
    if (!impairments_restart(&session->impairments, number, now_ns, &restart_ns, &clock_too))
        return false;
    encapsulation_restart(&session->encapsulation, restart_ns, clock_too);
    session->counted->restarts++;
    return true;
}

static void count_sent(struct simulated_session *session, const struct sent_copy *copy,
                       int64_t now_ns)
{
    struct session_truth *counted = session->counted;
    const struct built_copy *parts = &copy->parts;
    delivery_note_time(&counted->sent_period, &counted->sent, now_ns);
    amount_add(&counted->mirrored, parts->inner_length, 0);
    amount_add(&counted->sent, parts->inner_kept, copy->outer_bytes);
    if (parts->inner_kept < parts->inner_length)
        amount_add(&counted->truncated, parts->inner_length - parts->inner_kept, 0);
}

/* What the path does with the copy, and what its far end answers. */
static struct impairment_outcome judge(struct simulated_session *session,
                                       const struct sent_copy *copy, size_t packet_length,
                                       int64_t now_ns)
{
    const struct fate_plan *fate = &simulated_session_plan(session)->fate;
    struct impairment_outcome outcome = {.lost = LOST_NOT, .snap = AUTO};
    if (session->impairments.count > 0)
        outcome = impairments_judge(&session->impairments, copy->number, packet_length, now_ns);
    if (outcome.lost == LOST_NOT && fate->icmp_error != ICMP_ERROR_NONE &&
        copy->number == fate->icmp_copy) {
        outcome.answer = (struct icmp_answer){.error = fate->icmp_error, .mtu = fate->icmp_mtu};
        outcome.lost = fate->icmp_instead ? LOST_REFUSED : LOST_NOT;
    }
    outcome.answer.quote = fate->icmp_quote;
    return outcome;
}

/* Sends the copy and its duplicate, as the outcome says. */
static gboolean pass(struct simulated_session *session, const struct impairment_outcome *outcome,
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
    if (!dispatch(session, copy, packet, now_ns, way_out, error))
        return FALSE;
    copy->duplicate = true;
    copy->doubled = false;
    return !outcome->doubled || dispatch(session, copy, packet, now_ns, way_out, error);
}

/* One that someone else puts in arrives at once: the way of the session's copies is not its own. */
static gboolean put_foreign_copy(struct simulated_session *session,
                                 const struct impairment_plan *spoofing, uint32_t sequence,
                                 int64_t now_ns, const struct session_exit *way_out, GError **error)
{
    const struct foreign_order order = {.sequence = sequence,
                                        .n = session->foreign++,
                                        .ttl = spoofing->spoof_ttl,
                                        .mac = spoofing->spoof_mac};
    struct buffer packet = delivery_scratch(way_out, PART_PARCEL);
    struct sent_copy copy = {
        .session = simulated_session_plan(session), .snap = AUTO, .foreign = true};
    copy.parts = encapsulate_foreign(&session->encapsulation, &order, now_ns, &packet);
    return delivery_put(session, &copy, &packet, now_ns, way_out, error);
}

/* Those behind @p copy. */
static gboolean put_foreign(struct simulated_session *session, const struct sent_copy *copy,
                            int64_t now_ns, const struct session_exit *way_out, GError **error)
{
    uint32_t mask = source_counter_mask(session->encapsulation.sequence);
    const struct impairment *impairment;
    size_t at = 0;
    while ((impairment = impairments_spoof(&session->impairments, &at, copy->number, now_ns)) !=
           NULL)
        for (uint32_t i = 0; i < impairment->plan->spoof_count; i++) {
            uint32_t sequence =
                impairment_spoofed_number(impairment, copy->number, i, copy->parts.place.number);
            if (!put_foreign_copy(session, impairment->plan, sequence & mask, now_ns, way_out,
                                  error))
                return FALSE;
        }
    return TRUE;
}

/* Makes a copy in @p packet and lets happen to it what happens. */
static gboolean make_copy(struct simulated_session *session, struct copy_order *order,
                          int64_t now_ns, struct buffer *packet, const struct session_exit *way_out,
                          GError **error)
{
    uint64_t number = ++session->sent;
    bool restarted = session->impairments.count > 0 && prepare(session, order, number, now_ns);
    const struct built_copy parts = encapsulate(&session->encapsulation, order, now_ns, packet);
    struct sent_copy copy = {.session = simulated_session_plan(session),
                             .parts = parts,
                             .outer_bytes =
                                 delivery_sent_length(simulated_session_plan(session), packet->len),
                             .number = number,
                             .after_restart = restarted,
                             .snap = AUTO};
    count_sent(session, &copy, now_ns);

    const struct bytes quoted = {packet->data + copy.parts.ip_at, packet->len - copy.parts.ip_at};
    const struct impairment_outcome outcome = judge(session, &copy, quoted.len, now_ns);
    session->arrives =
        outcome.lost == LOST_NOT &&
        !delivery_loses_fragment(session, &copy, (struct bytes){packet->data, packet->len});
    if (outcome.lost != LOST_NOT)
        amount_add(&session->counted->lost[outcome.lost], copy.parts.inner_kept, copy.outer_bytes);
    else if (!pass(session, &outcome, &copy, packet, now_ns, way_out, error))
        return FALSE;
    if (outcome.answer.error != ICMP_ERROR_NONE &&
        !delivery_put_icmp_error(session, &outcome.answer, quoted, now_ns, way_out, error))
        return FALSE;
    if (session->impairments.spoofs && !put_foreign(session, &copy, now_ns, way_out, error))
        return FALSE;
    return departure_queue_is_empty(&session->held) ||
           release_held(session, held_until(number, REORDER_QUEUES_MAX - 1), now_ns, way_out,
                        error);
}

/* True if the source makes no copy of the frame; counts it then. */
static bool skip(struct simulated_session *session, uint64_t n, size_t len, int64_t now_ns)
{
    enum skip_cause cause = impairments_skip(&session->impairments, n, len, now_ns);
    if (cause == SKIP_NOT)
        return false;
    amount_add(&session->counted->mirrored, len, 0);
    amount_add(&session->counted->skipped[cause], len, 0);
    return true;
}

gboolean simulated_session_emit(struct simulated_session *session, uint64_t n, int64_t now_ns,
                                const struct traffic_frame *mirrored,
                                const struct session_exit *way_out, GError **error)
{
    struct traffic_frame frame = {.time_ns = now_ns};
    struct copy_order order = {.n = n, .frame = mirrored, .truncate = AUTO};
    if (session->impairments.count > 0) {
        if (mirrored == NULL) {
            struct buffer inner = delivery_scratch(way_out, PART_OTHER_COPY);
            encapsulation_write_inner(&session->encapsulation, n, &inner);
            frame.bytes = (struct bytes){inner.data, inner.len};
            order.frame = &frame;
        }
        if (skip(session, n, order.frame->bytes.len, now_ns)) {
            session->arrives = false;
            return TRUE;
        }
    }
    for (unsigned depth = 1;; depth++) {
        struct buffer packet = delivery_scratch(way_out, depth % 2 ? PART_COPY : PART_OTHER_COPY);
        if (!make_copy(session, &order, now_ns, &packet, way_out, error))
            return FALSE;
        if (depth == simulated_session_plan(session)->fate.loop)
            return TRUE;
        frame.bytes = (struct bytes){packet.data, packet.len};
        order.frame = &frame;
        order.again = true;
    }
}
