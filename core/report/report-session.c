/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds one copy to the counts and extremes of its session: lengths, anomalies, times, sequence. */
#include "core/report/report-session.h"

#include "core/report/loss.h"
#include "core/wire/protocol.h"

enum {
    SUPER_FRAME_ABOVE = 1522, /* 1514 and two VLAN tags; lengths here exclude the FCS */
    TRAILER_MOST = 64 /* bytes behind what a frame's own length counts: padding, FCS, time tags */
};

const size_t report_size_bounds[REPORT_SIZE_BUCKETS - 1] = {63,   127,  255,  511,
                                                            1023, 1518, 4095, 9216};

struct session_entry *session_entry_new(const struct session *session)
{
    struct session_entry *entry = g_new0(struct session_entry, 1);
    entry->session.state.key = session->key;
    entry->session.state.mirror_reason = session->mirror_reason;
    entry->session.state.mirror_before = session->mirror_before;
    entry->session.state.drops_only = session->drops_only;
    entry->session.state.stream = session->stream;
    entry->session.state.method = CLOCK_UNKNOWN;
    entry->origin = session;
    return entry;
}

void session_entry_free(struct session_entry *entry)
{
    if (entry->hw_id_tallies != NULL)
        g_array_free(entry->hw_id_tallies, TRUE);
    if (entry->source != NULL)
        sequence_domain_source_release(entry->source);
    g_free(entry);
}

void session_entry_set_source(struct session_entry *entry,
                              const struct sequence_domain_source *source)
{
    if (entry->source == source)
        return;
    if (entry->source != NULL)
        sequence_domain_source_release(entry->source);
    entry->source = sequence_domain_source_hold(source);
}

static void add_period(struct report_session *session, int64_t arrival_ns)
{
    if (session->counts.copies > 0 && arrival_ns > session->extremes.last_ns) {
        uint64_t since = (uint64_t)arrival_ns - (uint64_t)session->extremes.last_ns;
        session->state.busy_ns += (int64_t)MIN(since, (uint64_t)REPORT_SILENCE_NS);
    }
    if (session->counts.copies == 0 || arrival_ns < session->extremes.first_ns)
        session->extremes.first_ns = arrival_ns;
    if (session->counts.copies == 0 || arrival_ns > session->extremes.last_ns)
        session->extremes.last_ns = arrival_ns;
}

static size_t size_bucket(size_t size)
{
    size_t bucket = 0;
    while (bucket < REPORT_SIZE_BUCKETS - 1 && size > report_size_bounds[bucket])
        bucket++;
    return bucket;
}

/* Raises @p max to @p length and counts how often it came. */
static void add_maximum(size_t length, size_t *max, uint64_t *at_max)
{
    if (length > *max) {
        *max = length;
        *at_max = 0;
    }
    if (length == *max)
        (*at_max)++;
}

/* Where it was not measured, or the capture lacks GRE (quirk Q20, GRE not captured): IP without
 * options, GRE without key and checksum. */
static size_t outer_headers(const struct analysis_place *place, const struct copy *copy)
{
    if (place->outer_headers >= IPV4_MIN_LENGTH + GRE_BASE_LENGTH)
        return place->outer_headers;
    size_t ip = copy->session->key.source.len == 16 ? IPV6_LENGTH : IPV4_MIN_LENGTH;
    return ip + GRE_BASE_LENGTH + (copy->has_sequence ? GRE_OPTION_LENGTH : 0);
}

/* The outer IP packet less the mirrored frame. */
static size_t overhead(const struct analysis_place *place, const struct copy *copy)
{
    return outer_headers(place, copy) + copy->header_length +
           (copy->fcs != FCS_NONE ? FCS_LENGTH : 0);
}

static void add_inner_maximum(struct report_session *session, size_t length, size_t overhead)
{
    struct session_extremes *extremes = &session->extremes;
    if (length < extremes->inner_max)
        return;
    add_maximum(length, &extremes->inner_max, &extremes->at_inner_max);
    extremes->overhead = overhead;
}

/* Not copy->cut: the end of a fragmented one is merely elsewhere. */
static bool is_cut(const struct copy *copy)
{
    return (copy->anomalies & (anomaly_bit(ANOMALY_TRUNCATED) | anomaly_bit(ANOMALY_CUT))) != 0;
}

/* An ICMP error said before that a packet was too big. */
static void add_after_icmp(struct report_session *session, size_t packet)
{
    struct report_mtu *mtus = session->state.icmp_mtus;
    for (unsigned i = 0; i < REPORT_MTUS_MAX && mtus[i].plausible > 0; i++) {
        mtus[i].copies_after++;
        mtus[i].largest_after = MAX(mtus[i].largest_after, packet);
    }
}

static void add_lengths(struct report_session *session, const struct analysis_place *place,
                        const struct copy *copy)
{
    session->counts.outer_bytes += place->outer_length;
    session->counts.inner_bytes += copy->inner_length;
    session->counts.mirrored_bytes += copy->mirrored_length;
    session->counts.sizes[size_bucket(copy->mirrored_length)]++;
    if (copy->mirrored_length > SUPER_FRAME_ABOVE)
        session->counts.super_frames++;
    session->extremes.mirrored_max = MAX(session->extremes.mirrored_max, copy->mirrored_length);
    add_inner_maximum(session, copy->inner_length, overhead(place, copy));
    if (session->counts.icmp_too_big > 0)
        add_after_icmp(session, copy->inner_length + overhead(place, copy));
    if (copy->header.truncated)
        session->counts.truncated++;
    if (is_cut(copy)) {
        session->counts.cut++;
        add_maximum(copy->inner_length, &session->extremes.cut_max, &session->extremes.at_cut_max);
    }
}

static void add_time(struct report_session *session, const struct analysis_finding *finding)
{
    if (!finding->has_time)
        return;
    session->counts.timed++;
    session->state.method = finding->time.method;
    session->state.tick_ps = finding->time.tick_ps;
    session->state.granularity_contradicted = finding->time.granularity_contradicted;
    session->state.jitter_ns = finding->jitter_ns;
    if (!finding->time.absolute)
        return;
    int64_t delay = finding->delay_ns;
    if (session->state.delays == 0 || delay < session->extremes.delay_min_ns)
        session->extremes.delay_min_ns = delay;
    if (session->state.delays == 0 || delay > session->extremes.delay_max_ns)
        session->extremes.delay_max_ns = delay;
    session->state.delays++;
    session->state.delay_mean_ns +=
        ((double)delay - session->state.delay_mean_ns) / (double)session->state.delays;
}

void session_entry_add(struct session_entry *entry, const struct analysis_place *place,
                       const struct copy *copy, const struct analysis_finding *finding)
{
    struct report_session *session = &entry->session;
    add_period(session, place->arrival_ns);
    session->counts.copies++;
    if (copy->mirror == MIRROR_ERSPAN)
        session->state.types |= 1u << copy->header.type;
    session->extremes.depth_max = MAX(session->extremes.depth_max, place->depth);
    add_lengths(session, place, copy);
    if (copy->header.type == ERSPAN_TYPE_III)
        (*(copy->header.egress ? &session->counts.egress : &session->counts.ingress))++;
    if (finding->copy_of != 0)
        session->counts.copies_of_copies++;
    if (finding->copy_of_other_session)
        session->counts.copies_of_other++;
    if (!copy->has_sequence)
        session->counts.without_sequence++;
    add_time(session, finding);
    window_take(&entry->window_1ms, WINDOW_1MS_NS, place->arrival_ns, place->outer_length);
    window_take(&entry->window_100us, WINDOW_100US_NS, place->arrival_ns, place->outer_length);
}

void session_entry_add_segment(struct session_entry *entry, const struct copy *copy,
                               const struct tcp_segment *segment)
{
    struct report_session *session = &entry->session;
    if (segment != NULL && segment->cut) {
        session->counts.headers_cut++;
        session->counts.headers_snapped += copy->inner_captured < copy->inner_length ? 1 : 0;
    }
    if (segment == NULL || segment->payload == 0)
        session->counts.other_bytes += copy->mirrored_length;
    else
        session->counts.data_segments++;
}

struct first_part first_part_of(const struct analysis_place *place, const struct copy *copy,
                                size_t payload)
{
    return (struct first_part){
        .payload = payload,
        .inner_length = copy->inner_length,
        .mirrored_length = copy->mirrored_length,
        .overhead = overhead(place, copy),
        .cut = is_cut(copy),
    };
}

void session_entry_add_fragment(struct session_entry *entry, int64_t arrival_ns, uint64_t bytes)
{
    entry->session.counts.outer_bytes += bytes;
    window_take(&entry->window_1ms, WINDOW_1MS_NS, arrival_ns, bytes);
    window_take(&entry->window_100us, WINDOW_100US_NS, arrival_ns, bytes);
}

/* The sizes keep what the first part told: a difference of two looks would count below zero. */
void session_entry_complete(struct session_entry *entry, const struct first_part *part, size_t more)
{
    struct report_session *session = &entry->session;
    size_t length = part->inner_length + more;
    session->counts.inner_bytes += more;
    add_inner_maximum(session, length, part->overhead);
    if (part->cut)
        add_maximum(length, &session->extremes.cut_max, &session->extremes.at_cut_max);
    if (length <= part->mirrored_length)
        return;
    session->counts.mirrored_bytes += length - part->mirrored_length;
    session->extremes.mirrored_max = MAX(session->extremes.mirrored_max, length);
}

/* True if the quoted packet is far longer than the mirrored frame in it says. */
static bool contradicts_itself(const struct report_session *session, const struct copy *copy,
                               size_t packet)
{
    size_t own = copy->inner.own_length;
    bool exact = copy->failure.kind == FAILURE_NONE && own != 0 && !copy->inner.own_length_is_least;
    return exact && packet > own + session->extremes.overhead + TRAILER_MOST;
}

uint8_t session_entry_note_mtu(struct session_entry *entry, const struct copy *copy,
                               const struct report_icmp *icmp)
{
    struct report_session *session = &entry->session;
    if (icmp->quoted_length <= icmp->mtu || contradicts_itself(session, copy, icmp->quoted_length))
        return REPORT_MTUS_MAX;
    for (unsigned i = 0; i < REPORT_MTUS_MAX; i++) {
        struct report_mtu *one = &session->state.icmp_mtus[i];
        if (one->plausible > 0 && one->mtu != icmp->mtu)
            continue;
        one->mtu = icmp->mtu;
        one->copies_after = 0;
        one->largest_after = 0;
        if (one->plausible++ == 0 || icmp->quoted_length < one->quoted_least)
            one->quoted_least = icmp->quoted_length;
        return (uint8_t)i;
    }
    return REPORT_MTUS_MAX;
}

static struct hw_id_tally *find_hw_id_tally(const struct session_entry *entry, uint8_t hardware_id)
{
    for (guint i = 0; entry->hw_id_tallies != NULL && i < entry->hw_id_tallies->len; i++) {
        struct hw_id_tally *tally = &g_array_index(entry->hw_id_tallies, struct hw_id_tally, i);
        if (tally->hardware_id == hardware_id)
            return tally;
    }
    return NULL;
}

struct hw_id_tally *session_entry_hw_id_tally(struct session_entry *entry, uint8_t hardware_id)
{
    struct hw_id_tally *found = find_hw_id_tally(entry, hardware_id);
    if (found != NULL)
        return found;
    if (entry->hw_id_tallies == NULL)
        entry->hw_id_tallies = g_array_sized_new(FALSE, FALSE, sizeof(struct hw_id_tally), 1);
    const struct hw_id_tally tally = {.hardware_id = hardware_id};
    g_array_append_val(entry->hw_id_tallies, tally);
    return &g_array_index(entry->hw_id_tallies, struct hw_id_tally, entry->hw_id_tallies->len - 1);
}

const struct tally *session_entry_tally(const struct session_entry *entry, uint8_t hardware_id)
{
    if (entry->session.state.domain == DOMAIN_SOURCE)
        return &entry->by_source;
    if (entry->session.state.domain == DOMAIN_SESSION)
        return &entry->by_session;
    const struct hw_id_tally *tally = find_hw_id_tally(entry, hardware_id);
    return tally != NULL ? &tally->tally : NULL;
}

static void join_tally(struct report_session *session, const struct tally *tally)
{
    sequence_counts_join(&session->sequence, &tally->counts);
    session->counts.gaps += tally->gaps;
    session->counts.revealed += tally->revealed;
    session->extremes.gap_max = MAX(session->extremes.gap_max, tally->gap_max);
    session->state.loss_known |= loss_is_known(&tally->counts, session->counts.unfollowed);
}

static void sum_sequence(struct session_entry *entry)
{
    struct report_session *session = &entry->session;
    session->sequence = (struct sequence_counts){0};
    session->counts.gaps = 0;
    session->counts.revealed = 0;
    session->extremes.gap_max = 0;
    session->state.loss_known = false;
    if (session->state.domain == DOMAIN_HARDWARE_ID)
        for (guint i = 0; entry->hw_id_tallies != NULL && i < entry->hw_id_tallies->len; i++)
            join_tally(session, &g_array_index(entry->hw_id_tallies, struct hw_id_tally, i).tally);
    else
        join_tally(session, session_entry_tally(entry, 0));
    session->state.constant_sequence = loss_is_constant(&session->sequence);
}

void session_entry_sum(struct session_entry *entry, enum sequence_domain_kind kind)
{
    struct report_session *session = &entry->session;
    session->state.domain = kind;
    sum_sequence(entry);
    session->extremes.peak_1ms_bps = window_rate(window_peak(&entry->window_1ms), 1, WINDOW_1MS_NS);
    session->extremes.peak_100us_bps =
        window_rate(window_peak(&entry->window_100us), 1, WINDOW_100US_NS);
    session->extremes.interval_1ms_bps = window_rate(entry->window_1ms.peak, 1, WINDOW_1MS_NS);
    session->extremes.interval_100us_bps =
        window_rate(entry->window_100us.peak, 1, WINDOW_100US_NS);
    session->counts.lossy_windows = entry->window_1ms.lossy_windows;
    session->state.lossy_1ms_bps =
        window_rate(entry->window_1ms.lossy_bytes, session->counts.lossy_windows, WINDOW_1MS_NS);
}
