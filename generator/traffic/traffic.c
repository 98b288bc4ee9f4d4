/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/traffic/traffic.h"

#include "core/base/time-units.h"
#include "core/wire/protocol.h"
#include "generator/traffic/inner.h"
#include "generator/traffic/traffic-kinds.h"
#include "generator/traffic/tunnel.h"

/* Keys of every kind. */
static const char *const common_keys[] = {"kind", "count", "delay", "duration", NULL};

static const int64_t default_line_rate = INT64_C(10000000000);
static const int64_t default_duration_ns = NS_PER_SECOND;
static const int64_t longest_rtt_ns = 60 * NS_PER_SECOND;
static const int64_t longest_duration_ns = 30 * SECONDS_PER_DAY * NS_PER_SECOND;

static const struct traffic_source *source_of(enum traffic_kind kind)
{
    switch (kind) {
    case TRAFFIC_IPERF:
        return &traffic_iperf;
    case TRAFFIC_RATE:
        return &traffic_rate;
    case TRAFFIC_POISSON:
        return &traffic_poisson;
    case TRAFFIC_IMIX:
        return &traffic_imix;
    case TRAFFIC_MICROBURST:
        return &traffic_microburst;
    case TRAFFIC_REQUESTS:
        return &traffic_requests;
    case TRAFFIC_PERIODIC:
        return &traffic_periodic;
    case TRAFFIC_CAPTURE:
        return &traffic_capture;
    }
    g_assert_not_reached();
}

enum { TUNNELLED_MAX = 1 << 17 };

struct traffic {
    const struct traffic_source *source;
    struct traffic_plan plan;
    struct inner_plan outside; /* as the plan has it: with its tunnel */
    uint8_t *tunnelled;        /* room for a frame in the tunnel; NULL: there is none */
    void *state;
    int64_t start_ns; /* of the traffic */
    int64_t made;
    int64_t end_ns; /* the last frame has passed; before the first, the start */
};

int64_t line_pace_lasts(struct line_pace *pace, uint64_t amount)
{
    uint64_t total = amount * (uint64_t)PS_PER_SECOND + pace->rest;
    pace->rest = total % (uint64_t)pace->per_second;
    return (int64_t)(total / (uint64_t)pace->per_second);
}

uint64_t line_bits(size_t frame_length)
{
    return 8 * ((uint64_t)MAX(frame_length, (size_t)ETHERNET_MIN_LENGTH) + FCS_LENGTH + GAP_LENGTH);
}

int64_t traffic_line_rate(const struct traffic_plan *plan)
{
    if (plan->line_rate != AUTO)
        return plan->line_rate;
    return MAX(default_line_rate, plan->rate.frames ? 0 : plan->rate.per_second);
}

struct traffic *traffic_new(const struct traffic_plan *plan, size_t number, int64_t start_ns,
                            GError **error)
{
    struct traffic *traffic = g_new0(struct traffic, 1);
    traffic->source = source_of(plan->kind);
    traffic->plan = *plan;
    traffic->start_ns = start_ns + plan->delay_ns;
    traffic->end_ns = traffic->start_ns;
    traffic->plan.line_rate = traffic_line_rate(plan);
    if (plan->inner.network == AUTO)
        traffic->plan.inner.network = (int64_t)(number % 256);
    traffic->outside = traffic->plan.inner;
    traffic->plan.inner = inner_inside(&traffic->outside);
    if (traffic->outside.tunnel != TUNNEL_NONE)
        traffic->tunnelled = g_malloc(TUNNELLED_MAX);
    bool ends = plan->count != AUTO || plan->kind == TRAFFIC_CAPTURE ||
                (plan->kind == TRAFFIC_IPERF && plan->bytes != AUTO);
    if (plan->duration_ns == AUTO)
        traffic->plan.duration_ns = ends ? longest_duration_ns : default_duration_ns;
    traffic->state = traffic->source->begin(&traffic->plan, error);
    if (traffic->state != NULL)
        return traffic;
    g_free(traffic->tunnelled);
    g_free(traffic);
    return NULL;
}

void traffic_free(struct traffic *traffic)
{
    if (traffic == NULL)
        return;
    traffic->source->end(traffic->state);
    g_free(traffic->tunnelled);
    g_free(traffic);
}

/* The frame inside the tunnel, if the plan has one. */
static struct bytes through_tunnel(const struct traffic *traffic, struct bytes frame)
{
    if (traffic->tunnelled == NULL)
        return frame;
    struct buffer out = {traffic->tunnelled, TUNNELLED_MAX, 0, false};
    tunnel_put(&traffic->outside, frame, &out);
    return (struct bytes){out.data, out.len};
}

bool traffic_next(struct traffic *traffic, struct traffic_frame *frame, GError **error)
{
    const struct traffic_plan *plan = &traffic->plan;
    struct source_frame made;
    bool full = plan->count != AUTO && traffic->made == plan->count;
    *frame = (struct traffic_frame){.time_ns = traffic->end_ns};
    if (!traffic->source->next(traffic->state, &made, full ? NULL : error))
        return false;
    int64_t since_ns = made.time_ps / PS_PER_NS;
    frame->time_ns = traffic->start_ns + since_ns;
    if (full || (since_ns >= plan->duration_ns && !traffic->source->ends_itself))
        return false;
    traffic->made++;
    traffic->end_ns = frame->time_ns + 1;
    frame->bytes = through_tunnel(traffic, made.bytes);
    frame->reverse = made.reverse;
    return true;
}

size_t traffic_longest(const struct traffic_plan *plan)
{
    struct traffic_plan inside = *plan;
    inside.inner = inner_inside(&plan->inner);
    size_t longest = source_of(plan->kind)->longest(&inside);
    return longest == 0 ? 0 : longest + tunnel_length(&plan->inner);
}

static bool lists(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

bool traffic_knows_key(const struct traffic_plan *plan, const struct key *key)
{
    return lists(common_keys, key->name) || lists(source_of(plan->kind)->keys, key->name);
}

/* Capture files count seconds in 32 bits: until 2106. Traffic lasts 30 days, and then the longest
 * of its gaps. */
const char *traffic_check(const struct traffic_plan *plan, int64_t start_ns)
{
    if (start_ns > TIME_END_NS - 2 * longest_duration_ns ||
        plan->delay_ns > TIME_END_NS - 2 * longest_duration_ns - start_ns)
        return "start, delay: the traffic could last beyond 2106-02-07";
    if (MAX(plan->duration_ns, plan->every_ns) > longest_duration_ns)
        return "duration, every: 30 days at most";
    if (plan->rtt_ns > longest_rtt_ns)
        return "rtt: a minute at most";
    if (plan->rate.per_second == 0 || plan->line_rate == 0)
        return "rate, line-rate: nothing moves at 0";
    if (plan->line_rate != AUTO && !plan->rate.frames && plan->rate.per_second > plan->line_rate)
        return "rate is more than line-rate";
    if (plan->every_ns == 0)
        return "every: must be more than 0";
    const struct traffic_source *source = source_of(plan->kind);
    return source->check != NULL ? source->check(plan) : NULL;
}
