/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/live-frames-plan.h"

#include "common/errors.h"
#include "generator/base/ip-header.h"
#include "generator/encapsulate/source-clock.h"
#include "generator/impairment/impairment.h"
#include "generator/send/monotonic.h"
#include "generator/simulation/simulation.h"

enum { WORD_LENGTH = 4, TIMESTAMP_AT = 4, SUBHEADER_AT = 12 };

static bool goes_wrong(const struct scenario *scenario, const struct session_plan *session)
{
    struct impairments impairments = impairments_of(scenario, session, 0);
    bool any = impairments.count > 0;
    impairments_clear(&impairments);
    return any;
}

/* Names what a template cannot do for this session, or returns NULL. */
static const char *cannot(const struct scenario *scenario, const struct session_plan *session)
{
    const struct fate_plan *fate = &session->fate;
    const struct gre_plan *gre = &session->gre;
    const struct {
        bool asked;
        const char *what;
    } wishes[] = {
        {session->mirror[0] != '\0', "mirrored traffic"},
        {goes_wrong(scenario, session), "impairments"},
        {fate->nesting > 1, "nesting"},
        {fate->loop > 1, "loop"},
        {fate->fragment != AUTO, "fragment"},
        {fate->icmp_error != ICMP_ERROR_NONE, "icmp-error"},
        {fate->outer_fcs != CHECK_NONE, "outer-fcs"},
        {session->clock.drift_ppb != 0, "drift"},
        {gre->checksum != CHECK_NONE, "gre-checksum"},
        {gre->routing || gre->flags != AUTO, "gre-routing and gre-flags"},
        {gre->udp_port != AUTO && session->stream.outer.source.len != 4, "UDP over IPv6"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(wishes); i++)
        if (wishes[i].asked)
            return wishes[i].what;
    return NULL;
}

static bool take_turns(const struct schedule *a, const struct schedule *b)
{
    return a->count == b->count && a->interval_ns == b->interval_ns && a->delay_ns == b->delay_ns;
}

gboolean live_frames_can(const struct scenario *scenario, const struct send_plan *plan,
                         GError **error)
{
    gboolean good = TRUE;
    if (plan->timing == TIMING_OWN)
        good = fail(error, STATUS_USAGE,
                    "live-frames needs --rate: it does not support the scenario's own times");
    if (plan->timing == TIMING_RATE && plan->ramp.time_ns > 0)
        good = fail(error, STATUS_USAGE, "live-frames does not support --ramp");
    if (scenario->markers->len > 0)
        good = fail(error, STATUS_USAGE, "live-frames does not support marker packets");
    if (scenario->sessions->len > TEMPLATES_MAX)
        good = fail(error, STATUS_USAGE, "live-frames supports at most %d sessions", TEMPLATES_MAX);
    const struct session_plan *sessions =
        (const struct session_plan *)(void *)scenario->sessions->data;
    for (guint i = 0; i < scenario->sessions->len; i++) {
        const char *what = cannot(scenario, &sessions[i]);
        if (what != NULL)
            good = fail(error, STATUS_USAGE, "[session %s]: live-frames cannot do %s",
                        sessions[i].stream.group.name, what);
        if (!take_turns(&sessions[i].stream.schedule, &sessions[0].stream.schedule))
            good = fail(error, STATUS_USAGE,
                        "[session %s]: live-frames has sessions take turns: count, interval and "
                        "delay must be those of the first",
                        sessions[i].stream.group.name);
    }
    return good;
}

/* Collects the first copy of each session. */
struct collection {
    struct live_frames *live;
    const struct egress *egress;
    const struct truth *truth;
    int64_t now_ns;
    int64_t epoch_ns;
    struct steady_copy *copies;
};

static void set_counting(const struct session_plan *plan, const struct source_counter *counter,
                         const struct built_copy *parts, struct live_template *template)
{
    if (session_has_sequence(plan))
        template->sequence_at = (uint32_t)(parts->erspan_at - WORD_LENGTH);
    template->source_counter_mask = session_counts_copies(plan) ? source_counter_mask(counter) : 0;
    if (plan->stream.outer.source.len == 4 && plan->stream.outer.id_policy == ID_INCREMENT) {
        template->id_at = (uint32_t)(parts->ip_at + IPV4_AT_ID);
        template->ip_sum = ipv4_sum_without_id(
            (struct bytes){template->bytes + parts->ip_at, template->length - parts->ip_at});
    }
}

static void set_clock(const struct session_plan *plan, const struct built_copy *parts,
                      int64_t now_ns, int64_t epoch_ns, struct live_template *template)
{
    if (plan->type != ERSPAN_TYPE_III || plan->payload.len > 0)
        return;
    const struct clock_plan *clock = &plan->clock;
    struct subheader subheader = plan->header.subheader;
    if (plan->platform != AUTO)
        subheader.platform = (uint8_t)plan->platform;
    uint32_t word = (uint32_t)(parts->erspan_at + SUBHEADER_AT + WORD_LENGTH);
    template->time_at = (uint32_t)parts->erspan_at + TIMESTAMP_AT;
    if (session_has_subheader(plan) && subheader_has_upper_time(&subheader))
        template->upper_at = word;
    if (session_has_subheader(plan) && subheader_has_seconds(&subheader))
        template->seconds_at = word;
    template->seconds = clock->seconds;
    template->carries = plan->header.granularity == ERSPAN_GRA_1588;
    template->tick_ps = (uint64_t)clock_tick_ps(clock, plan->header.granularity);
    template->clock_start = clock_first(clock);
    template->clock_origin = clock->unix_time ? -epoch_ns : now_ns;
}

static gboolean collect(void *context, const struct frame *frame, GError **error)
{
    const struct collection *collection = context;
    const struct sent_copy *copy = frame->copy;
    const struct built_copy *parts = &copy->parts;
    const struct session_plan *plan = copy->session;
    uint32_t number = collection->live->template_count++;
    size_t longest = MIN(egress_longest(collection->egress), (size_t)TEMPLATE_LENGTH);
    if (egress_refuses(collection->egress, frame->bytes) != 0 || frame->bytes.len > TEMPLATE_LENGTH)
        return fail(error, STATUS_FAILED,
                    "[session %s]: its copies have %zu bytes: live-frames by %s has up to %zu",
                    plan->stream.group.name, frame->bytes.len, collection->egress->name, longest);
    if (plan->mirror_type == MIRROR_TZSP && session_has_sequence(plan))
        return fail(error, STATUS_USAGE,
                    "[session %s]: live-frames counts no packet IDs of TZSP: sequence = no",
                    plan->stream.group.name);
    size_t headers = parts->erspan_at;
    if (plan->payload.len == 0)
        headers += erspan_length(plan->type, session_has_subheader(plan));
    if (frame->bytes.len < headers || headers > TEMPLATE_HEADERS)
        return fail(error, STATUS_USAGE,
                    "[session %s]: live-frames needs whole headers, of %d bytes at most",
                    plan->stream.group.name, TEMPLATE_HEADERS);
    struct live_template *template = &collection->live->templates[number];
    const struct source_counters *counters = &collection->truth->counters;
    template->length = (uint32_t)frame->bytes.len;
    template->counter = (uint32_t)(counters->of_session[number] - counters->counters);
    memcpy(template->bytes, frame->bytes.data, frame->bytes.len);
    set_counting(plan, counters->of_session[number], parts, template);
    set_clock(plan, parts, collection->now_ns, collection->epoch_ns, template);
    collection->copies[number] =
        (struct steady_copy){parts->inner_length, parts->inner_kept, copy->outer_bytes, frame->cut};
    return TRUE;
}

static bool at_its_time(void *context, int64_t *time_ns)
{
    (void)context;
    (void)time_ns;
    return true;
}

/* How long each frame occupies the line. */
static void set_cost(struct live_frames *live, const struct send_plan *plan)
{
    for (uint32_t i = 0; i < live->template_count && plan->timing == TIMING_RATE; i++) {
        struct live_template *template = &live->templates[i];
        uint64_t amount = plan->ramp.frames ? 1 : pace_bits(template->length);
        template->cost =
            (uint64_t)(((__int128)amount * NS_PER_SECOND << FINE_BITS) / plan->ramp.to);
    }
}

gboolean live_frames_fill(struct live_frames *live, const struct scenario *scenario,
                          const struct send_plan *plan, const struct egress *egress,
                          const struct truth *truth, int64_t now_ns, int64_t epoch_ns,
                          struct steady_copy *copies, GError **error)
{
    struct collection collection = {live, egress, truth, now_ns, epoch_ns, copies};
    const struct frame_sink sink = {.context = &collection, .put = collect};
    const struct real_time real_time = {.time = at_its_time, .count = scenario->sessions->len};
    struct truth *aside = truth_new(scenario);
    gboolean good = simulate(scenario, aside, &sink, &real_time, error);
    truth_free(aside);
    for (size_t i = 0; i < truth->counters.count; i++)
        live->counters[i].next = truth->counters.counters[i].next;
    for (uint32_t i = 0; i < live->template_count; i++)
        live->longest = MAX(live->longest, live->templates[i].length);
    set_cost(live, plan);
    return good;
}

static struct amount amount_of(uint64_t count, size_t inner_bytes, size_t outer_bytes)
{
    return (struct amount){count, count * inner_bytes, count * outer_bytes};
}

static void tell_session(const struct live_template *template, const struct steady_copy *copy,
                         int64_t epoch_ns, struct session_truth *counted)
{
    uint64_t left = template->left;
    counted->mirrored = amount_of(template->made, copy->inner_length, 0);
    counted->failed = amount_of(template->made - left, copy->inner_kept, copy->outer_bytes);
    counted->sent = amount_of(left, copy->inner_kept, copy->outer_bytes);
    counted->delivered = amount_of(left, copy->inner_kept, template->length);
    counted->frames = amount_of(left, 0, template->length);
    if (copy->inner_kept < copy->inner_length)
        counted->truncated = amount_of(left, copy->inner_length - copy->inner_kept, 0);
    if (copy->cut > 0)
        counted->snapped = amount_of(left, 0, copy->cut);
    counted->sent_period = (struct period){epoch_ns + (int64_t) template->first_made,
                                           epoch_ns + (int64_t) template->last_made};
    counted->frames_period = (struct period){epoch_ns + (int64_t) template->first_left,
                                             epoch_ns + (int64_t) template->last_left};
}

void live_frames_tell(const struct live_frames *live, const struct steady_copy *copies,
                      int64_t epoch_ns, struct truth *truth)
{
    for (uint32_t i = 0; i < live->template_count; i++)
        tell_session(&live->templates[i], &copies[i], epoch_ns, &truth->sessions[i]);
    for (size_t i = 0; i < truth->counters.count; i++) {
        const struct live_counter *told = &live->counters[i];
        struct source_counter *counter = &truth->counters.counters[i];
        counter->next = told->next;
        counter->taken = told->taken;
        const struct arrival_span span = {.copies = told->left,
                                          .lowest = {told->lowest, 0, told->lowest_ordinal},
                                          .highest = {told->highest, 0, told->highest_ordinal}};
        if (told->left > 0)
            arrivals_set(&counter->arrivals, &span);
    }
}
