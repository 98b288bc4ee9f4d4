/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/impairment/impairment.h"

#include "generator/base/random.h"
#include "generator/impairment/impairment-check.h"

static bool list_has(const struct copy_list *list, uint64_t number)
{
    for (uint8_t i = 0; i < list->count; i++)
        if (number >= list->ranges[i].first && number <= list->ranges[i].last)
            return true;
    return false;
}

/* How far behind its place the list puts the copy; 0: the list does not name it. */
static uint64_t list_distance(const struct copy_list *list, uint64_t number)
{
    for (uint8_t i = 0; i < list->count; i++)
        if (number >= list->ranges[i].first && number <= list->ranges[i].last)
            return list->ranges[i].behind;
    return 0;
}

static struct impairment make(const struct impairment_plan *plan,
                              const struct session_plan *session, int64_t start_ns)
{
    static const char *const purposes[DRAWS] = {
        [DRAW_SAMPLE] = "sample",       [DRAW_DROP] = "drops-only",
        [DRAW_LOSS] = "loss",           [DRAW_RUN] = "run",
        [DRAW_RUN_LOSS] = "run-loss",   [DRAW_CORRUPT] = "corrupt",
        [DRAW_DUPLICATE] = "duplicate", [DRAW_LATE] = "late",
        [DRAW_SPOOF] = "spoof",         [DRAW_SPOOF_NUMBER] = "spoof-number",
    };
    struct impairment impairment = {
        .plan = plan,
        .from_ns = start_ns + plan->from_ns,
        .to_ns = plan->to_ns == AUTO ? INT64_MAX : start_ns + plan->to_ns,
        .restart_ns = plan->restart_time_ns == AUTO ? AUTO : start_ns + plan->restart_time_ns,
    };
    char *owner = g_strdup_printf("%s/%s", session->stream.group.name, plan->group.name);
    for (int i = 0; i < DRAWS; i++)
        impairment.streams[i] = random_stream(session->inner.seed, owner, purposes[i]);
    g_free(owner);
    if (plan->police_rate.per_second != AUTO)
        impairment.policer =
            policer_make(plan->police_rate, plan->police_burst, impairment.from_ns);
    return impairment;
}

struct impairments impairments_of(const struct scenario *scenario,
                                  const struct session_plan *session, int64_t start_ns)
{
    const GArray *groups = scenario->impairments;
    struct impairments all = {.list = g_new(struct impairment, groups->len + 1)};
    if (impairment_does_something(&session->impairment))
        all.list[all.count++] = make(&session->impairment, session, start_ns);
    for (guint i = 0; i < groups->len; i++) {
        const struct impairment_plan *plan = &g_array_index(groups, struct impairment_plan, i);
        if (impairment_is_for(plan, session))
            all.list[all.count++] = make(plan, session, start_ns);
    }
    for (size_t i = 0; i < all.count; i++)
        all.spoofs = all.spoofs || impairment_spoofs(all.list[i].plan);
    return all;
}

struct impairments impairments_alone(const struct impairment_plan *plan,
                                     const struct session_plan *session, int64_t start_ns)
{
    struct impairments alone = {.list = g_new(struct impairment, 1)};
    if (impairment_does_something(plan))
        alone.list[alone.count++] = make(plan, session, start_ns);
    return alone;
}

void impairments_clear(struct impairments *impairments)
{
    g_free(impairments->list);
}

static bool is_active(const struct impairment *impairment, int64_t now_ns)
{
    return now_ns >= impairment->from_ns && now_ns < impairment->to_ns;
}

static bool samples(const struct impairment *impairment, uint64_t n)
{
    const struct impairment_plan *plan = impairment->plan;
    uint64_t at =
        plan->sample_by == SAMPLE_BY_CHANCE ? random_at(impairment->streams[DRAW_SAMPLE], n) : n;
    return at % plan->sample == 0;
}

static bool draw(const struct impairment *impairment, enum impairment_draw what, uint64_t number,
                 probability chance)
{
    return chance > 0 && random_hits(random_at(impairment->streams[what], number), chance);
}

enum skip_cause impairments_skip(const struct impairments *impairments, uint64_t n, size_t len,
                                 int64_t now_ns)
{
    for (size_t i = 0; i < impairments->count; i++) {
        const struct impairment_plan *plan = impairments->list[i].plan;
        if (!is_active(&impairments->list[i], now_ns))
            continue;
        if (plan->mirror_up_to != AUTO && len > (size_t)plan->mirror_up_to)
            return SKIP_ABOVE_SIZE;
        if (!samples(&impairments->list[i], n))
            return SKIP_SAMPLING;
        if (plan->drops_only > 0 && !draw(&impairments->list[i], DRAW_DROP, n, plan->drops_only))
            return SKIP_NOT_DROPPED;
    }
    return SKIP_NOT;
}

int64_t impairments_truncate(const struct impairments *impairments, size_t len, int64_t now_ns,
                             bool *flagged)
{
    int64_t kept = AUTO;
    *flagged = false;
    for (size_t i = 0; i < impairments->count; i++) {
        const struct impairment_plan *plan = impairments->list[i].plan;
        if (plan->truncate == AUTO || len <= (size_t)plan->truncate ||
            !is_active(&impairments->list[i], now_ns))
            continue;
        kept = kept == AUTO ? plan->truncate : MIN(kept, plan->truncate);
        *flagged |= plan->truncate_flag;
    }
    return kept;
}

bool impairments_restart(struct impairments *impairments, uint64_t number, int64_t now_ns,
                         int64_t *restart_ns, bool *clock_too)
{
    bool restarts = false;
    *clock_too = false;
    for (size_t i = 0; i < impairments->count; i++) {
        struct impairment *impairment = &impairments->list[i];
        const struct impairment_plan *plan = impairment->plan;
        if (list_has(&plan->restart_copies, number) && is_active(impairment, now_ns)) {
            *restart_ns = now_ns;
        } else if (impairment->restart_ns != AUTO && now_ns >= impairment->restart_ns) {
            *restart_ns = impairment->restart_ns;
            impairment->restart_ns = AUTO;
        } else {
            continue;
        }
        restarts = true;
        *clock_too |= plan->restart_clock;
    }
    return restarts;
}

/* Gilbert and Elliott's channel: it goes from good to bad and back, and only a bad one loses. It
 * takes its step for every copy, also for one that is lost already. */
static bool lost_in_run(struct impairment *impairment, uint64_t number)
{
    const struct impairment_plan *plan = impairment->plan;
    if (plan->run_start == 0)
        return false;
    probability change = impairment->in_run ? plan->run_end : plan->run_start;
    if (draw(impairment, DRAW_RUN, number, change))
        impairment->in_run = !impairment->in_run;
    return impairment->in_run && draw(impairment, DRAW_RUN_LOSS, number, plan->run_loss);
}

/* Whether this impairment loses a copy that reached it. */
static enum loss_cause lose(struct impairment *impairment, uint64_t number, size_t packet_length,
                            int64_t now_ns, bool in_run)
{
    const struct impairment_plan *plan = impairment->plan;
    if (plan->drop_above != AUTO && packet_length > (size_t)plan->drop_above)
        return LOST_ABOVE_SIZE;
    if (plan->police_rate.per_second != AUTO &&
        !policer_pass(&impairment->policer, packet_length, now_ns))
        return LOST_POLICER;
    if (draw(impairment, DRAW_LOSS, number, plan->loss))
        return LOST_RANDOM;
    if (in_run)
        return LOST_RUNS;
    return list_has(&plan->drop_copies, number) ? LOST_LISTED : LOST_NOT;
}

/* Copies stand in queues, each of which hands on a block at a time. The first queue need not wait;
 * the others do until all blocks are full. */
static void reorder(const struct impairment_plan *plan, uint64_t number,
                    struct impairment_outcome *outcome)
{
    uint64_t block = (uint64_t)plan->reorder_block;
    uint64_t all = block * plan->reorder_queues;
    uint64_t place = (number - 1) % all;
    uint64_t queue = plan->reorder_mode == REORDER_INTERLEAVED
                         ? place % plan->reorder_queues
                         : plan->reorder_queues - 1 - place / block;
    if (queue == 0)
        return;
    outcome->queue = (uint8_t)queue;
    outcome->late.copies += all - 1 - place;
}

/* What this impairment does to a copy that arrives. */
static void harm(const struct impairment *impairment, uint64_t number,
                 struct impairment_outcome *outcome)
{
    const struct impairment_plan *plan = impairment->plan;
    if (list_has(&plan->corrupt_copies, number) ||
        draw(impairment, DRAW_CORRUPT, number, plan->corrupt)) {
        outcome->flip = plan->corrupt_bits;
        outcome->where = plan->corrupt_where;
        outcome->corruption = random_at(impairment->streams[DRAW_CORRUPT], ~number);
    }
    if (plan->snap != AUTO)
        outcome->snap = outcome->snap == AUTO ? plan->snap : MIN(outcome->snap, plan->snap);
    if (list_has(&plan->duplicate_copies, number) ||
        draw(impairment, DRAW_DUPLICATE, number, plan->duplicate)) {
        outcome->doubled = true;
        outcome->again =
            (struct delay){.copies = plan->duplicate_after, .ns = plan->duplicate_delay_ns};
    }
    outcome->late.copies += list_distance(&plan->late_copies, number);
    if (draw(impairment, DRAW_LATE, number, plan->late)) {
        outcome->late.copies += plan->late_by;
        outcome->late.ns += plan->late_delay_ns;
    }
    if (plan->reorder_block != AUTO)
        reorder(plan, number, outcome);
}

struct impairment_outcome impairments_judge(struct impairments *impairments, uint64_t number,
                                            size_t packet_length, int64_t now_ns)
{
    struct impairment_outcome outcome = {.lost = LOST_NOT, .snap = AUTO};
    for (size_t i = 0; i < impairments->count; i++) {
        struct impairment *impairment = &impairments->list[i];
        if (!is_active(impairment, now_ns))
            continue;
        bool in_run = lost_in_run(impairment, number);
        if (outcome.lost != LOST_NOT)
            continue;
        outcome.lost = lose(impairment, number, packet_length, now_ns, in_run);
        if (outcome.lost == LOST_NOT)
            harm(impairment, number, &outcome);
        else if (outcome.lost == LOST_ABOVE_SIZE && impairment->plan->drop_answer)
            outcome.answer = (struct icmp_answer){.error = ICMP_ERROR_MTU,
                                                  .mtu = (uint16_t)impairment->plan->drop_above};
    }
    return outcome;
}

const struct impairment *impairments_spoof(const struct impairments *impairments, size_t *at,
                                           uint64_t number, int64_t now_ns)
{
    while (*at < impairments->count) {
        const struct impairment *impairment = &impairments->list[(*at)++];
        if (is_active(impairment, now_ns) &&
            (list_has(&impairment->plan->spoof_copies, number) ||
             draw(impairment, DRAW_SPOOF, number, impairment->plan->spoof)))
            return impairment;
    }
    return NULL;
}

uint32_t impairment_spoofed_number(const struct impairment *impairment, uint64_t number,
                                   uint32_t which, uint32_t last)
{
    static const uint32_t far = 1 << 24;
    static const uint32_t near = 100;
    const struct impairment_plan *plan = impairment->plan;
    struct random random = {
        random_at(impairment->streams[DRAW_SPOOF_NUMBER], number * plan->spoof_count + which)};
    uint32_t distance = plan->spoof_number == SPOOF_NEAR ? near : far;
    if (plan->spoof_distance != AUTO)
        distance = (uint32_t)plan->spoof_distance;
    switch (plan->spoof_number) {
    case SPOOF_AHEAD:
        return last + distance + which;
    case SPOOF_BEHIND:
        return last - distance + which;
    case SPOOF_NEAR:
        return last - distance + (uint32_t)random_below(&random, 2 * (uint64_t)distance + 1);
    case SPOOF_SAME:
        return last;
    case SPOOF_RANDOM:
        return (uint32_t)random_next(&random);
    case SPOOF_ZERO:
        break;
    }
    return 0;
}

/* The bytes of the packet in which bits may flip. */
static struct bytes region_of(enum corrupt_where where, const struct built_copy *parts,
                              struct bytes packet)
{
    switch (where) {
    case CORRUPT_IP:
        return bytes_from(bytes_first(packet, parts->gre_at), parts->ip_at);
    case CORRUPT_GRE:
        return bytes_from(bytes_first(packet, parts->erspan_at), parts->gre_at);
    case CORRUPT_ERSPAN:
        return bytes_from(bytes_first(packet, parts->inner_at), parts->erspan_at);
    case CORRUPT_INNER:
        return bytes_from(packet, parts->inner_at);
    case CORRUPT_ANYWHERE:
        break;
    }
    return packet;
}

uint32_t impairment_corrupt(const struct impairment_outcome *outcome,
                            const struct built_copy *parts, struct buffer *packet)
{
    struct bytes region =
        region_of(outcome->where, parts, (struct bytes){packet->data, packet->len});
    uint64_t bits = (uint64_t)region.len * 8;
    uint32_t flips = (uint32_t)MIN(bits, outcome->flip);
    struct random random = {outcome->corruption};
    uint64_t chosen[CORRUPT_BITS_MAX];
    for (uint32_t i = 0; i < flips; i++) {
        chosen[i] = random_below(&random, bits);
        for (uint32_t j = 0; j < i; j++) {
            if (chosen[j] != chosen[i])
                continue;
            chosen[i] = (chosen[i] + 1) % bits; /* taken: the next that is free */
            j = UINT32_MAX;                     /* look again from the first */
        }
        packet->data[(size_t)(region.data - packet->data) + chosen[i] / 8] ^=
            (uint8_t)(0x80 >> chosen[i] % 8);
    }
    return flips;
}
