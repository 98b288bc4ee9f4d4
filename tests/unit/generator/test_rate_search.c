/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The search of a limit, against collectors that are made up: each has a rate that is known. */
#include <glib.h>
#include <math.h>

#include "common/errors.h"
#include "generator/limit/mtu-search.h"
#include "generator/limit/rate-search.h"

/* A collector: takes `rate` frames a second, keeps `queue` frames waiting, and stands still for
 * `stall` seconds at the start of each second. */
struct collector {
    const char *name;
    double rate;
    double queue;
    double stall;
    double sender; /* the most that the generator reaches */
    double chance; /* of losing a frame whatever the rate: every so-manieth; 0: none */
    double limit;  /* the highest rate without loss in a long trial */
    uint64_t burst;
    bool sender_limited;
    unsigned made; /* trials */
    unsigned late; /* of the timed ones: in so many the sender is held up */
};

static const struct collector collectors[] = {
    {"policer", .rate = 10000, .queue = 20, .sender = 800000, .limit = 10000, .burst = 20},
    {"slow", .rate = 150, .queue = 10, .sender = 1000000, .limit = 150, .burst = 10},
    {"fast", .rate = 700000, .queue = 4096, .sender = 1000000, .limit = 700000, .burst = 13653},
    {"long queue", .rate = 5000, .queue = 1000, .sender = 100000, .limit = 5000, .burst = 1052},
    /* what comes within a stall waits in the queue: 500 frames in 50 ms */
    {"stalls", .rate = 100000, .queue = 500, .stall = 0.05, .sender = 400000, .limit = 10000},
    {"sender", .rate = 900000, .queue = 20, .sender = 50000, .limit = 50000,
     .sender_limited = true},
};

/* What of a constant flow is lost, in steps of a frame's time. */
static uint64_t lose(const struct collector *collector, double rate, uint64_t frames)
{
    double waiting = 0;
    double last = 0;
    uint64_t lost = 0;
    for (uint64_t i = 0; i < frames; i++) {
        double now = (double)i / rate;
        double served = now - last;
        double from_second = now - floor(now);
        if (collector->stall > 0)
            served =
                from_second < collector->stall ? 0 : MIN(served, from_second - collector->stall);
        waiting = MAX(waiting - served * collector->rate, 0);
        if (waiting + 1 > collector->queue + 1e-6)
            lost++;
        else
            waiting++;
        last = now;
    }
    return lost;
}

static gboolean try(void *context, const struct limit_order *order, struct limit_outcome *outcome,
                    GError **error)
{
    struct collector *collector = context;
    (void)error;
    collector->made++;
    double rate = order->rate > 0 ? MIN(order->rate, collector->sender) : collector->sender;
    uint64_t frames = order->frames > 0 ? order->frames : (uint64_t)(rate * order->seconds);
    uint64_t lost = lose(collector, rate, frames);
    if (collector->chance > 0)
        lost = MAX(lost, (uint64_t)((double)frames / collector->chance));
    *outcome = (struct limit_outcome){.rate = rate,
                                      .sent = frames,
                                      .bits = frames * 800,
                                      .received = frames - lost,
                                      .on_the_way = lost,
                                      .timed = order->timed ? frames - lost : 0};
    if (order->timed && collector->late > 0) {
        collector->late--;
        outcome->late_ns = NS_PER_SECOND;
    }
    return TRUE;
}

static unsigned count(const struct rate_search_result *result, enum trial_purpose purpose)
{
    unsigned found = 0;
    for (guint i = 0; i < result->trials->len; i++)
        found += g_array_index(result->trials, struct trial_record, i).purpose == purpose;
    return found;
}

static void test_collector(gconstpointer data)
{
    struct collector collector = *(const struct collector *)data;
    const struct rate_search_plan plan = {.traffic = {LIMIT_FRAMES, 64},
                                          .resolution = 0.02,
                                          .seconds = 2,
                                          .confirm_seconds = 10,
                                          .burst = true};
    struct rate_search_result result = {0};
    g_assert_true(rate_search(&plan, try, &collector, &result, NULL));
    g_assert_true(result.confirmed);
    g_assert_cmpint(result.sender_limited, ==, collector.sender_limited);
    /* A queue takes what it holds in a trial, beside the rate. */
    double most = collector.limit + collector.queue / plan.confirm_seconds;
    g_assert_cmpfloat(result.rate, <=, most * 1.0001);
    g_assert_cmpfloat(result.rate, >=, collector.limit * 0.95);
    g_assert_cmpuint(count(&result, TRIAL_SEARCH), <=, RATE_SEARCH_TRIALS);
    g_assert_cmpuint(count(&result, TRIAL_CONFIRM), <=, RATE_SEARCH_CONFIRMATIONS);
    g_assert_cmpuint(result.bits_per_frame, ==, 800);
    g_assert_cmpuint(collector.made, ==, result.trials->len);
    if (collector.burst > 0) {
        g_assert_cmpuint(result.burst, <=, collector.burst + 1);
        g_assert_cmpuint(result.burst, >=, collector.burst * 8 / 10);
    }
    rate_search_clear(&result);
}

/* Delay and jitter are those at half and at nine tenths of the limit, of the last trial of each. */
static void test_delays(void)
{
    struct collector collector = collectors[0];
    const struct rate_search_plan plan = {.traffic = {LIMIT_FRAMES, 64},
                                          .resolution = 0.02,
                                          .seconds = 1,
                                          .confirm_seconds = 2,
                                          .delay = true};
    struct rate_search_result result = {0};
    double rates[2] = {0};
    size_t found = 0;
    collector.late = 2; /* trials */
    g_assert_true(rate_search(&plan, try, &collector, &result, NULL));
    for (guint i = 0; i < result.trials->len; i++) {
        const struct trial_record *one = rate_search_delay(&result, i);
        if (one == NULL)
            continue;
        g_assert_cmpuint(found, <, G_N_ELEMENTS(rates));
        g_assert_cmpfloat(one->outcome.late_ns, ==, 0);
        rates[found++] = one->outcome.rate / result.rate;
    }
    g_assert_cmpuint(found, ==, G_N_ELEMENTS(rates));
    g_assert_cmpfloat(fabs(rates[0] - 0.5), <, 0.001);
    g_assert_cmpfloat(fabs(rates[1] - 0.9), <, 0.001);
    g_assert_cmpuint(count(&result, TRIAL_DELAY), ==, G_N_ELEMENTS(rates) + 2);
    rate_search_clear(&result);
}

/* Loss at every rate is no limit. */
static void test_no_limit(void)
{
    struct collector collector = {.rate = 1e9, .queue = 100, .sender = 100000, .chance = 20};
    const struct rate_search_plan plan = {
        .traffic = {LIMIT_FRAMES, 64}, .resolution = 0.02, .seconds = 1, .confirm_seconds = 2};
    struct rate_search_result result = {0};
    g_assert_true(rate_search(&plan, try, &collector, &result, NULL));
    g_assert_cmpfloat(result.rate, ==, 0);
    g_assert_cmpuint(collector.made, <=, RATE_SEARCH_TRIALS);
    rate_search_clear(&result);
}

static gboolean hang_up(void *context, const struct limit_order *order,
                        struct limit_outcome *outcome, GError **error)
{
    struct collector *collector = context;
    if (++collector->made == 4)
        return fail(error, STATUS_FAILED, "gone");
    collector->made--;
    gboolean good = try(collector, order, outcome, error);
    return good;
}

static void test_error(void)
{
    struct collector collector = collectors[0];
    const struct rate_search_plan plan = {
        .traffic = {LIMIT_FRAMES, 64}, .resolution = 0.02, .seconds = 1, .confirm_seconds = 2};
    struct rate_search_result result = {0};
    GError *error = NULL;
    g_assert_false(rate_search(&plan, hang_up, &collector, &result, &error));
    g_assert_cmpstr(error->message, ==, "gone");
    g_assert_cmpuint(result.trials->len, ==, 3);
    g_clear_error(&error);
    rate_search_clear(&result);
}

static gboolean probe(void *context, unsigned length, bool *arrived, GError **error)
{
    (void)error;
    *arrived = length <= *(const unsigned *)context;
    return TRUE;
}

/* Every MTU from the least to the interface's is found, to the byte, in 14 probes. */
static void test_mtu(void)
{
    static const unsigned own[] = {1500, 9000, 9216, 9471};
    for (size_t i = 0; i < G_N_ELEMENTS(own); i++)
        for (unsigned way = MTU_SEARCH_LEAST; way <= own[i]; way++) {
            unsigned probes;
            unsigned mtu;
            g_assert_true(mtu_search(own[i], probe, &way, &probes, &mtu, NULL));
            g_assert_cmpuint(mtu, ==, way);
            g_assert_cmpuint(probes, <=, MTU_SEARCH_PROBES);
        }
    unsigned way = 9000;
    unsigned probes;
    unsigned mtu;
    g_assert_true(mtu_search(9000, probe, &way, &probes, &mtu, NULL));
    g_assert_cmpuint(probes, ==, 1);
    way = MTU_SEARCH_LEAST - 1;
    g_assert_true(mtu_search(9000, probe, &way, &probes, &mtu, NULL));
    g_assert_cmpuint(mtu, ==, 0);
}

struct lossy_way {
    unsigned mtu;
    unsigned lost; /* of the probes that fit, the one with this number */
    unsigned count;
    unsigned made; /* all probes */
};

static gboolean probe_lossy(void *context, unsigned length, bool *arrived, GError **error)
{
    struct lossy_way *way = context;
    (void)error;
    way->made++;
    *arrived = length <= way->mtu && way->count++ != way->lost;
    return TRUE;
}

/* A single probe that is lost, whichever, does not make the MTU seem lower. */
static void test_mtu_of_a_way_that_loses(void)
{
    for (unsigned mtu = MTU_SEARCH_LEAST; mtu <= 9000; mtu += 193)
        for (unsigned lost = 0; lost < 20; lost++) {
            struct lossy_way way = {.mtu = mtu, .lost = lost};
            unsigned probes;
            unsigned found;
            g_assert_true(mtu_search(9000, probe_lossy, &way, &probes, &found, NULL));
            g_assert_cmpuint(found, ==, mtu);
            g_assert_cmpuint(probes, <=, MTU_SEARCH_PROBES_MOST);
            g_assert_cmpuint(way.made, <=, probes + 2 * (MTU_SEARCH_TRIES - 1));
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(collectors); i++) {
        g_autofree char *name = g_strdup_printf("/rate-search/%s", collectors[i].name);
        g_test_add_data_func(name, &collectors[i], test_collector);
    }
    g_test_add_func("/rate-search/delays", test_delays);
    g_test_add_func("/rate-search/no-limit", test_no_limit);
    g_test_add_func("/rate-search/error", test_error);
    g_test_add_func("/mtu-search/all", test_mtu);
    g_test_add_func("/mtu-search/lossy", test_mtu_of_a_way_that_loses);
    return g_test_run();
}
