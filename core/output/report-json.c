/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a report as JSON, the same for plugin and collector. docs/erspanrate.schema.json
 * describes it. */
#include "core/output/report-json.h"

#include "core/output/counts-json.h"
#include "core/output/words.h"
#include "core/report/loss.h"
#include "core/report/report-selection.h"
#include "core/verdict/verdict.h"
#include "core/visibility/visibility.h"

static void put_address(struct json_writer *json, const char *name, const struct address *address)
{
    char text[ADDRESS_TEXT_MAX];
    json_put_text(json, name, address_format(address, text));
}

static void put_session_id(struct json_writer *json, int64_t id)
{
    if (id == SESSION_NO_ID)
        json_put_null(json, "session_id");
    else
        json_put_unsigned(json, "session_id", (uint64_t)id);
}

/* What the order of the numbers tells: null where they tell nothing. */
static void put_order(struct json_writer *json, const char *name, uint64_t count, bool loss_known)
{
    json_put_known_unsigned(json, name, loss_order_is_known(loss_known, count), count);
}

static void put_counts(struct json_writer *json, const struct sequence_counts *counts,
                       bool loss_known)
{
    json_open_object_flat(json, "sequence");
    json_put_unsigned(json, "copies", counts->copies);
    json_put_known_unsigned(json, "lost", loss_known, counts->lost);
    put_order(json, "late", counts->late, loss_known);
    json_put_unsigned(json, "extent_max", counts->extent_max);
    put_order(json, "duplicates", counts->duplicates, loss_known);
    put_order(json, "restarts", counts->restarts, loss_known);
    json_put_unsigned(json, "strays", counts->strays);
    json_put_unsigned(json, "constants", counts->constants);
    json_close_object(json);
}

static void put_visibility(struct json_writer *json, uint64_t captured, uint64_t delivered)
{
    double ratio = visibility_ratio(captured, delivered);
    if (ratio < 0)
        json_put_null(json, "visibility");
    else
        json_put_real(json, "visibility", ratio, 6);
}

/* Of all sessions together. */
static void put_all_flows(struct json_writer *json, const struct flow_union *flows)
{
    json_open_object_flat(json, "tcp");
    json_put_unsigned(json, "flows", flows->flows);
    json_put_unsigned(json, "delivered_bytes", flows->delivered);
    json_put_unsigned(json, "captured_bytes", flows->captured);
    put_visibility(json, flows->captured, flows->delivered);
    json_close_object(json);
}

static void put_totals(struct json_writer *json, const struct report_totals *totals,
                       uint64_t given_up)
{
    json_open_object(json, "totals");
    json_put_unsigned(json, "frames", totals->frames);
    json_put_unsigned(json, "bytes", totals->bytes);
    json_put_signed(json, "first_ns", totals->first_ns);
    json_put_signed(json, "last_ns", totals->last_ns);
    json_put_unsigned(json, "not_erspan", totals->not_erspan);
    json_put_unsigned(json, "first_fragments", totals->first_fragments);
    json_put_unsigned(json, "later_fragments", totals->later_fragments);
    json_put_unsigned(json, "markers", totals->markers);
    json_put_unsigned(json, "broken", totals->broken);
    json_put_unsigned(json, "icmp_errors", totals->icmp_errors);
    json_put_known_unsigned(json, "lost", totals->loss_known, totals->lost);
    json_open_object_flat(json, "dropped");
    json_put_unsigned(json, "kernel", totals->dropped_kernel);
    json_put_unsigned(json, "interface", totals->dropped_interface);
    json_put_unsigned(json, "program", totals->dropped_program);
    json_close_object(json);
    json_put_unsigned(json, "given_up", given_up);
    put_all_flows(json, &totals->flows);
    json_close_object(json);
}

static void put_types(struct json_writer *json, uint32_t types)
{
    json_open_array_flat(json, "types");
    for (unsigned type = ERSPAN_TYPE_I; type <= ERSPAN_TYPE_III; type++)
        if (types & 1u << type)
            json_put_unsigned(json, NULL, type);
    json_close_array(json);
}

/* Writes nothing for ERSPAN: `types` says it. */
static void put_mirror(struct json_writer *json, const struct report_session *session)
{
    if (session->state.key.mirror == MIRROR_ERSPAN)
        return;
    json_put_text(json, "mirror", mirror_word(session->state.key.mirror));
    json_put_text(json, "mirror_by", mirror_reason_word(session->state.mirror_reason));
    if (session->state.mirror_reason == MIRROR_BY_DIRECTIONS)
        json_put_unsigned(json, "mirror_before", session->state.mirror_before);
}

static void put_sizes(struct json_writer *json, const struct report_session *session)
{
    json_open_array_flat(json, "sizes");
    for (size_t i = 0; i < REPORT_SIZE_BUCKETS; i++) {
        json_open_object_flat(json, NULL);
        if (i < REPORT_SIZE_BUCKETS - 1)
            json_put_unsigned(json, "up_to", report_size_bounds[i]);
        else
            json_put_null(json, "up_to");
        json_put_unsigned(json, "copies", session->counts.sizes[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

static void put_frames(struct json_writer *json, const struct report_session *session)
{
    COUNTS_JSON_PUT_RANGE(json, &session->counts, copies, mirrored_bytes);
    json_put_unsigned(json, "inner_max", session->extremes.inner_max);
    json_put_unsigned(json, "mirrored_max", session->extremes.mirrored_max);
    put_sizes(json, session);
    COUNTS_JSON_PUT_RANGE(json, &session->counts, super_frames, cut);
    json_put_unsigned(json, "cut_max", session->extremes.cut_max);
    json_put_unsigned(json, "at_cut_max", session->extremes.at_cut_max);
    COUNTS_JSON_PUT_RANGE(json, &session->counts, headers_cut, nested);
    json_put_unsigned(json, "depth_max", session->extremes.depth_max);
    json_put_unsigned(json, "peak_1ms_bps", session->extremes.peak_1ms_bps);
    json_put_unsigned(json, "peak_100us_bps", session->extremes.peak_100us_bps);
}

static void put_counters(struct json_writer *json, const struct report_session *session)
{
    if (session->state.counters == 0)
        json_put_null(json, "counters");
    else
        json_put_unsigned(json, "counters", session->state.counters);
    json_open_array_flat(json, "counters_apart");
    for (unsigned part = 0; part < SEQUENCE_LABEL_PARTS; part++)
        if (session->state.counters_apart & 1u << part)
            json_put_text(json, NULL, words_label_part((enum sequence_label_part)part));
    json_close_array(json);
}

static void put_sequence(struct json_writer *json, const struct report_session *session)
{
    COUNTS_JSON_PUT(json, &session->counts, without_sequence);
    json_put_text(json, "sequence_domain", words_domain(session->state.domain));
    json_put_bool(json, "constant_sequence", session->state.constant_sequence);
    put_counters(json, session);
    put_counts(json, &session->sequence, session->state.loss_known);
    COUNTS_JSON_PUT(json, &session->counts, gaps);
    json_put_unsigned(json, "run_max", session->extremes.gap_max);
}

static void put_clock(struct json_writer *json, const struct report_session *session)
{
    if (session->counts.timed == 0) {
        json_put_null(json, "clock");
        return;
    }
    json_open_object(json, "clock");
    COUNTS_JSON_PUT(json, &session->counts, timed);
    json_put_text(json, "method", clock_method_text(session->state.method));
    json_put_unsigned(json, "tick_ps", session->state.tick_ps);
    json_put_bool(json, "granularity_contradicted", session->state.granularity_contradicted);
    json_put_real(json, "jitter_ns", session->state.jitter_ns, 0);
    if (session->state.delays == 0) {
        json_put_null(json, "delay_ns");
    } else {
        json_open_object_flat(json, "delay_ns");
        json_put_signed(json, "min", session->extremes.delay_min_ns);
        json_put_real(json, "mean", session->state.delay_mean_ns, 0);
        json_put_signed(json, "max", session->extremes.delay_max_ns);
        json_close_object(json);
    }
    json_close_object(json);
}

static void put_icmp(struct json_writer *json, const struct report_session *session)
{
    json_open_object_flat(json, "icmp_errors");
    COUNTS_JSON_PUT_RANGE(json, &session->counts, quoted, icmp_too_big_missing);
    json_put_unsigned(json, "mtu", session->state.icmp_mtu);
    COUNTS_JSON_PUT(json, &session->counts, icmp_other);
    json_close_object(json);
}

static void put_flows(struct json_writer *json, const struct flow_totals *flows)
{
    json_open_object(json, "tcp");
    json_put_unsigned(json, "flows", flows->flows);
    json_put_unsigned(json, "delivered_bytes", flows->delivered);
    json_put_unsigned(json, "captured_bytes", flows->captured);
    json_put_unsigned(json, "elsewhere_bytes", flows->elsewhere);
    put_visibility(json, flows->captured, flows->delivered);
    json_put_unsigned(json, "blind_flows", flows->blind_flows);
    json_put_unsigned(json, "one_sided_flows", flows->one_sided_flows);
    json_put_unsigned(json, "implied_frames", flows->implied_frames);
    json_put_unsigned(json, "implied_bytes", flows->implied_bytes);
    json_close_object(json);
}

static void put_verdict(struct json_writer *json, const struct verdict *verdict)
{
    json_open_object(json, NULL);
    json_put_text(json, "cause", cause_name(verdict->cause));
    json_put_text(json, "summary", verdict->summary);
    json_open_array(json, "evidence");
    for (size_t i = 0; i < verdict->evidence_count; i++)
        json_put_text(json, NULL, verdict->evidence[i]);
    json_close_array(json);
    json_put_unsigned(json, "cliff", verdict->cliff);
    json_put_real(json, "implied_bps", verdict->implied_bps, 0);
    if (verdict->one_in > 0) {
        json_put_real(json, "one_in", verdict->one_in, 1);
        json_put_real(json, "one_in_least", verdict->one_in_least, 1);
        json_put_real(json, "one_in_most", verdict->one_in_most, 1);
    }
    json_close_object(json);
}

static void put_verdicts(struct json_writer *json, const struct report *report,
                         const struct report_session *session)
{
    struct verdict *verdicts = g_new(struct verdict, CAUSES);
    size_t count = verdict_find(report, session, verdicts);
    json_open_array(json, "verdicts");
    for (size_t i = 0; i < count; i++)
        put_verdict(json, &verdicts[i]);
    json_close_array(json);
    g_free(verdicts);
}

/* @p first_stream  of the report. */
static void put_session(struct json_writer *json, const struct report *report,
                        const struct report_session *session, uint64_t first_stream)
{
    json_open_object(json, NULL);
    json_put_unsigned(json, "stream", first_stream + session->state.stream);
    put_address(json, "source", &session->state.key.source);
    put_address(json, "destination", &session->state.key.destination);
    put_session_id(json, session->state.key.id);
    put_types(json, session->state.types);
    put_mirror(json, session);
    if (session->state.drops_only)
        json_put_bool(json, "drops_only", true);
    json_put_signed(json, "first_ns", session->extremes.first_ns);
    json_put_signed(json, "last_ns", session->extremes.last_ns);
    put_frames(json, session);
    put_sequence(json, session);
    put_clock(json, session);
    put_icmp(json, session);
    put_flows(json, &session->flows);
    put_verdicts(json, report, session);
    json_close_object(json);
}

static void put_domain(struct json_writer *json, const struct report_domain *domain)
{
    json_open_object(json, NULL);
    json_put_text(json, "kind", words_domain(domain->kind));
    put_address(json, "source", &domain->source);
    put_address(json, "destination", &domain->destination);
    if (domain->kind != DOMAIN_SOURCE)
        put_session_id(json, domain->id);
    if (domain->kind == DOMAIN_HARDWARE_ID)
        json_put_unsigned(json, "hw_id", domain->hardware_id);
    put_counts(json, &domain->sequence, domain->loss_known);
    json_close_object(json);
}

static void put_frame_before(struct json_writer *json, const struct report_gap *gap)
{
    if (gap->frame_before == 0) {
        json_put_null(json, "frame_before");
        return;
    }
    json_put_unsigned(json, "frame_before", gap->frame_before);
    json_put_signed(json, "before_ns", gap->before_ns);
    json_put_unsigned(json, "size_before", gap->size_before);
}

static void put_gap(struct json_writer *json, const struct report_gap *gap)
{
    json_open_object_flat(json, NULL);
    put_address(json, "source", &gap->source);
    put_address(json, "destination", &gap->destination);
    json_put_text(json, "domain", words_domain(gap->kind));
    put_session_id(json, gap->id);
    json_put_unsigned(json, "first", gap->first);
    json_put_unsigned(json, "lost", gap->lost);
    json_put_unsigned(json, "came_late", gap->came_late);
    put_frame_before(json, gap);
    json_put_unsigned(json, "frame_after", gap->frame_after);
    json_put_signed(json, "after_ns", gap->after_ns);
    json_put_unsigned(json, "size_after", gap->size_after);
    json_close_object(json);
}

/* Writes the sum of the sessions that are not shown, if there are any. */
static void put_others(struct json_writer *json, const struct report_others *others)
{
    const struct report_session *sum = &others->sum;
    if (others->sessions == 0)
        return;
    json_open_object(json, "other");
    json_put_unsigned(json, "sessions", others->sessions);
    json_put_unsigned(json, "made_room", others->merged);
    COUNTS_JSON_PUT(json, &sum->counts, copies);
    COUNTS_JSON_PUT_RANGE(json, &sum->counts, outer_bytes, mirrored_bytes);
    put_counts(json, &sum->sequence, sum->state.loss_known);
    json_close_object(json);
}

static void put_sessions(struct json_writer *json, const struct report *const *reports,
                         size_t count, size_t limit)
{
    uint64_t streams = 0;
    struct report_selection selection = report_select_of(reports, count, limit);
    struct report_others others = {0};
    json_open_array(json, "sessions");
    for (size_t i = 0; i < count; i++) {
        size_t sessions = report_session_count(reports[i]);
        for (size_t row = 0; row < sessions; row++) {
            const struct report_session *session = report_session(reports[i], row);
            if (report_selection_take(&selection, session))
                put_session(json, reports[i], session, streams);
            else
                report_others_add(&others, session);
        }
        report_others_add_merged(&others, report_merged(reports[i]));
        if (sessions > 0)
            streams += report_session(reports[i], sessions - 1)->state.stream + UINT64_C(1);
    }
    json_close_array(json);
    put_others(json, &others);
}

static bool is_counter_of(const struct report_domain *domain, const struct report_session *session)
{
    return address_equal(&domain->source, &session->state.key.source) &&
           address_equal(&domain->destination, &session->state.key.destination) &&
           (domain->kind == DOMAIN_SOURCE || domain->id == session->state.key.id);
}

/* Marks the counters of a session, which lie side by side. */
static void mark_domains(const struct report *report, const struct report_session *session,
                         bool *marked)
{
    for (size_t row = session->state.domain_row;
         row < report_domain_count(report) && is_counter_of(report_domain(report, row), session);
         row++)
        marked[row] = true;
}

static void put_domains_of(struct json_writer *json, const struct report *report,
                           struct report_selection *selection)
{
    bool *marked = g_new0(bool, report_domain_count(report));
    for (size_t row = 0; row < report_session_count(report); row++)
        if (report_selection_take(selection, report_session(report, row)))
            mark_domains(report, report_session(report, row), marked);
    for (size_t row = 0; row < report_domain_count(report); row++)
        if (marked[row])
            put_domain(json, report_domain(report, row));
    g_free(marked);
}

/* The counters of the sessions that are shown. */
static void put_domains(struct json_writer *json, const struct report *const *reports, size_t count,
                        size_t limit)
{
    struct report_selection selection = report_select_of(reports, count, limit);
    json_open_array(json, "domains");
    for (size_t i = 0; i < count; i++)
        put_domains_of(json, reports[i], &selection);
    json_close_array(json);
}

static void put_gaps(struct json_writer *json, const struct report *const *reports, size_t count)
{
    uint64_t dropped = 0;
    json_open_array(json, "gaps");
    for (size_t i = 0; i < count; i++) {
        for (size_t row = 0; row < report_gap_count(reports[i]); row++)
            put_gap(json, report_gap(reports[i], row));
        dropped += report_gaps_dropped(reports[i]);
    }
    json_close_array(json);
    json_put_unsigned(json, "gaps_left_out", dropped);
}

void report_json_put_several(struct json_writer *json, const struct report *const *reports,
                             size_t count, const struct report_totals *totals, size_t limit)
{
    uint64_t given_up = 0;
    for (size_t i = 0; i < count; i++)
        given_up += report_given_up(reports[i]);
    put_totals(json, totals, given_up);
    put_sessions(json, reports, count, limit);
    put_domains(json, reports, count, limit);
    put_gaps(json, reports, count);
}

void report_json_put(struct json_writer *json, const struct report *report)
{
    report_json_put_several(json, &report, 1, report_totals_so_far(report), REPORT_SESSIONS_SHOWN);
}
