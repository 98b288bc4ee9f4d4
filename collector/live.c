/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workers receive; this thread only looks at the clock, asks them what they have counted, and
 * reports. However slow a terminal is, no packet waits for it.
 */
#include "collector/live.h"

#include <signal.h>

#include "collector/privileges.h"
#include "collector/reporter.h"
#include "collector/worker.h"
#include "generator/errors.h"
#include "generator/interruption.h"

enum { GLANCE_US = 20000 /* between two glances at clock and workers */ };

static const double us_per_second = 1e6;

struct live {
    const struct options *options;
    GPtrArray *workers;
    struct reporter *reporter;
    double began_s;
    struct drop_counters drops_before;
};

static double clock_s(void)
{
    return (double)g_get_monotonic_time() / us_per_second;
}

static void take_look(const struct live *live, struct look *look)
{
    struct drop_counters now;
    struct drop_counters drops = {0};
    if (drop_counters_read(live->options->interface, &now))
        drops = drop_counters_between(&live->drops_before, &now);
    look_init(look);
    look->live = true;
    look->drops = drops;
    look->seconds = clock_s() - live->began_s;
    for (guint i = 0; i < live->workers->len; i++)
        worker_ask(g_ptr_array_index(live->workers, i), &drops);
    for (guint i = 0; i < live->workers->len; i++)
        worker_add(g_ptr_array_index(live->workers, i), look);
}

/* One that stops ends the run: the others saw only a part of what came from then on. */
static bool is_any_done(const struct live *live)
{
    for (guint i = 0; i < live->workers->len; i++)
        if (worker_is_done(g_ptr_array_index(live->workers, i)))
            return true;
    return false;
}

static bool is_over(const struct live *live)
{
    double duration_s = live->options->duration_s;
    return interruption_asked() || is_any_done(live) ||
           (duration_s > 0 && clock_s() - live->began_s >= duration_s);
}

/* Until the run is over. */
static gboolean report_intervals(const struct live *live, GError **error)
{
    double interval_s = live->options->interval_s;
    double next_s = live->began_s + interval_s;
    while (!is_over(live)) {
        g_usleep(GLANCE_US);
        if (interval_s <= 0 || clock_s() < next_s)
            continue;
        struct look now;
        take_look(live, &now);
        if (!reporter_interval(live->reporter, &now, error))
            return FALSE;
        while (next_s <= clock_s())
            next_s += interval_s;
    }
    return TRUE;
}

static gboolean stop(const struct live *live, GError **error)
{
    GError *wrong = NULL;
    for (guint i = 0; i < live->workers->len; i++) {
        GError *one = NULL;
        if (!worker_stop(g_ptr_array_index(live->workers, i), &one))
            errors_add(&wrong, one);
    }
    struct look look;
    take_look(live, &look);
    GError *unwritten = NULL;
    if (!reporter_end(live->reporter, &look, &unwritten))
        errors_add(&wrong, unwritten);
    look_clear(&look);
    if (wrong == NULL)
        return TRUE;
    g_propagate_error(error, wrong);
    return FALSE;
}

static gboolean receive(struct live *live, GError **error)
{
    GError *wrong = NULL;
    GError *at_the_end = NULL;
    drop_counters_read(live->options->interface, &live->drops_before);
    live->began_s = clock_s();
    for (guint i = 0; i < live->workers->len; i++)
        worker_start(g_ptr_array_index(live->workers, i), live->options->count);
    report_intervals(live, &wrong);
    if (!stop(live, &at_the_end))
        errors_add(&wrong, at_the_end);
    if (wrong != NULL)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

static gboolean open_workers(struct live *live, GError **error)
{
    const struct options *options = live->options;
    const struct live_plan plan = {options->interface, options->filter, options->snap,
                                   options->buffer};
    const struct intake_policy policy = {
        .analysis = {.domain = options->domain, .memory_limit = ANALYSIS_MEMORY_DEFAULT},
    };
    struct source *source = options->backend == BACKEND_PACKET ? source_packet_open(&plan, error)
                                                               : source_pcap_open(&plan, error);
    if (source == NULL)
        return FALSE;
    live->reporter = reporter_new(options, source->class->name);
    g_ptr_array_add(live->workers, worker_new(source, &policy, NULL));
    return TRUE;
}

static void free_worker(gpointer worker)
{
    worker_free(worker);
}

gboolean live_run(const struct options *options, GError **error)
{
    struct live live = {.options = options};
    live.workers = g_ptr_array_new_with_free_func(free_worker);
    gboolean good = open_workers(&live, error) && privileges_drop(options->user, error) &&
                    receive(&live, error);
    if (live.reporter != NULL)
        reporter_free(live.reporter);
    g_ptr_array_free(live.workers, TRUE);
    return good;
}
