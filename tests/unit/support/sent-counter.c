/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/sent-counter.h"

#include <glib.h>

enum { RESTARTS_MAX = 3, RESTART_APART = 40, TO_WRAP_MIN = 1100 };

struct plan {
    unsigned width;
    uint32_t start;
    uint32_t count;
    double loss;
    double run_start; /* of loss in runs */
    double run_end;
    double late;
    uint32_t late_by; /* at most */
    double duplicate;
    uint32_t duplicate_after; /* at most */
    unsigned restarts;
    uint32_t restart_at[RESTARTS_MAX];
};

/* A copy that will arrive: right behind the place of the copy sent as number `at`. */
struct pending {
    struct sent_arrival arrival;
    uint32_t at;
    uint32_t order;
};

static double one_of(GRand *random, const double *values, size_t count)
{
    return values[g_rand_int_range(random, 0, (gint32)count)];
}

#define ONE_OF(random, ...)                                                                        \
    one_of(random, (const double[]){__VA_ARGS__},                                                  \
           sizeof((const double[]){__VA_ARGS__}) / sizeof(double))

static uint32_t start_of(GRand *random, unsigned width)
{
    uint32_t end = (uint32_t)((UINT64_C(1) << width) - 1);
    switch (g_rand_int_range(random, 0, 4)) {
    case 0:
        return 0;
    case 1:
        return end - (uint32_t)g_rand_int_range(random, 0, 2000);
    case 2:
        return (uint32_t)g_rand_int_range(random, 0, 3000);
    default:
        return g_rand_int(random) & end;
    }
}

static void plan_restarts(GRand *random, struct plan *plan)
{
    uint32_t at = 0;
    unsigned restarts = (unsigned)ONE_OF(random, 1, RESTARTS_MAX);
    for (unsigned i = 0; i < restarts; i++) {
        at += (uint32_t)g_rand_int_range(random, RESTART_APART, 1000);
        /* Just before the wrap it looks like loss over it, which is likelier; just after it the
         * counter is at 0 anyway. */
        int64_t to_wrap = (INT64_C(1) << plan->width) - plan->start - at;
        bool at_wrap = to_wrap <= TO_WRAP_MIN && to_wrap >= -RESTART_APART;
        if (at + RESTART_APART < plan->count && (plan->restarts > 0 || !at_wrap))
            plan->restart_at[plan->restarts++] = at;
    }
}

static struct plan plan_of(GRand *random, enum sent_kind kind)
{
    struct plan plan = {.width = g_rand_boolean(random) ? 32 : 30};
    plan.start = start_of(random, plan.width);
    plan.count = (uint32_t)g_rand_int_range(random, 50, 3000);
    plan.late = ONE_OF(random, 0, 0.01, 0.1, 0.3);
    plan.duplicate = ONE_OF(random, 0, 0.01, 0.1, 1);
    plan.duplicate_after = (uint32_t)ONE_OF(random, 0, 3, 300);
    if (kind == SENT_RESTARTS) {
        plan.loss = ONE_OF(random, 0, 0.01, 0.1);
        plan.late_by = (uint32_t)ONE_OF(random, 1, 3, 20);
    } else {
        plan.loss = ONE_OF(random, 0, 0.01, 0.1, 0.3);
        plan.late_by = (uint32_t)ONE_OF(random, 1, 3, 20, 1000);
        plan.run_start = ONE_OF(random, 0, 0.01);
        plan.run_end = ONE_OF(random, 0.1, 0.03);
    }
    if (kind != SENT_ONE_RUN)
        plan_restarts(random, &plan);
    return plan;
}

static bool chance(GRand *random, double probability)
{
    return g_rand_double(random) < probability;
}

static gint compare_pending(gconstpointer a_pointer, gconstpointer b_pointer)
{
    const struct pending *a = a_pointer;
    const struct pending *b = b_pointer;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void send(GArray *pending, const struct sent_arrival *arrival, uint32_t at, bool late)
{
    /* What waits for a place arrives behind the copy of that place. */
    struct pending entry = {*arrival, at, late ? pending->len + 1 : 0};
    g_array_append_val(pending, entry);
}

static GArray *send_all(GRand *random, const struct plan *plan)
{
    GArray *pending = g_array_new(FALSE, TRUE, sizeof(struct pending));
    uint32_t mask = (uint32_t)((UINT64_C(1) << plan->width) - 1);
    uint32_t next = plan->start;
    uint32_t span = 0;
    bool in_run = false;
    for (uint32_t i = 0; i < plan->count; i++) {
        if (span < plan->restarts && plan->restart_at[span] == i) {
            next = 0;
            span++;
        }
        const struct sent_arrival arrival = {next, i, span, false};
        next = (next + 1) & mask;
        in_run = in_run ? !chance(random, plan->run_end) : chance(random, plan->run_start);
        if (in_run || chance(random, plan->loss))
            continue;
        bool late = chance(random, plan->late);
        uint32_t at =
            i + (late ? (uint32_t)g_rand_int_range(random, 1, (gint32)plan->late_by + 1) : 0);
        send(pending, &arrival, at, late);
        if (chance(random, plan->duplicate))
            send(pending, &arrival,
                 at + (uint32_t)g_rand_int_range(random, 0, (gint32)plan->duplicate_after + 1),
                 true);
    }
    g_array_sort(pending, compare_pending);
    return pending;
}

struct sent_counter *sent_counter_new(enum sent_kind kind, uint32_t seed)
{
    GRand *random = g_rand_new_with_seed(seed);
    const struct plan plan = plan_of(random, kind);
    GArray *pending = send_all(random, &plan);
    struct sent_counter *sent = g_new0(struct sent_counter, 1);
    bool *came = g_new0(bool, plan.count + 1);
    sent->arrivals = g_new(struct sent_arrival, pending->len + 1);
    for (guint i = 0; i < pending->len; i++) {
        struct sent_arrival arrival = g_array_index(pending, struct pending, i).arrival;
        arrival.repeats = came[arrival.ordinal];
        came[arrival.ordinal] = true;
        sent->arrivals[sent->arrival_count++] = arrival;
    }
    g_snprintf(
        sent->description, sizeof sent->description,
        "%u bits from %u, %u copies, loss %g, runs %g-%g, late %g by %u, duplicates %g after "
        "%u, restarts %u at %u, %u, %u",
        plan.width, plan.start, plan.count, plan.loss, plan.run_start, plan.run_end, plan.late,
        plan.late_by, plan.duplicate, plan.duplicate_after, plan.restarts, plan.restart_at[0],
        plan.restart_at[1], plan.restart_at[2]);
    g_free(came);
    g_array_free(pending, TRUE);
    g_rand_free(random);
    return sent;
}

void sent_counter_free(struct sent_counter *sent)
{
    g_free(sent->arrivals);
    g_free(sent);
}

/* The copy is late if one sent after it came before it: by how many of the first arrivals. */
static uint64_t extent_of(const struct sent_counter *sent, size_t index)
{
    uint64_t extent = 0;
    for (size_t i = 0; i < index; i++) {
        const struct sent_arrival *earlier = &sent->arrivals[i];
        if (!earlier->repeats && (extent > 0 || earlier->ordinal > sent->arrivals[index].ordinal))
            extent++;
    }
    return extent;
}

struct sent_truth sent_counter_truth(const struct sent_counter *sent)
{
    struct sent_truth truth = {0};
    struct {
        uint32_t lowest;
        uint32_t highest;
        uint32_t copies;
    } spans[RESTARTS_MAX + 1] = {{0}};
    for (size_t i = 0; i < sent->arrival_count; i++) {
        const struct sent_arrival *arrival = &sent->arrivals[i];
        if (arrival->repeats) {
            truth.duplicates++;
            continue;
        }
        uint64_t extent = extent_of(sent, i);
        truth.late += extent > 0;
        truth.extent_max = MAX(truth.extent_max, extent);
        uint32_t span = arrival->span;
        if (spans[span].copies++ == 0)
            spans[span].lowest = spans[span].highest = arrival->ordinal;
        spans[span].lowest = MIN(spans[span].lowest, arrival->ordinal);
        spans[span].highest = MAX(spans[span].highest, arrival->ordinal);
    }
    unsigned seen = 0;
    for (unsigned i = 0; i <= RESTARTS_MAX; i++) {
        seen += spans[i].copies > 0;
        if (spans[i].copies > 0)
            truth.missing += spans[i].highest - spans[i].lowest + 1 - spans[i].copies;
    }
    truth.restarts = seen > 0 ? seen - 1 : 0;
    return truth;
}
