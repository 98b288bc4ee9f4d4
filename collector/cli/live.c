/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Worker threads receive. This thread waits, asks the workers for their counts, and reports. A
 * slow terminal never delays a packet.
 */
#include "collector/cli/live.h"

#include "collector/cli/confine-run.h"
#include "collector/cli/outage.h"
#include "collector/drops/interface-counters.h"
#include "collector/meter/kernel-count.h"
#include "collector/meter/kernel-strip.h"
#include "collector/meter/worker.h"
#include "collector/output/reporter.h"
#ifdef HAVE_XDP
#include "collector/source/xdp-program.h"
#endif
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/time-units.h"

enum {
    CHECK_US = 20000,      /* between two checks of clock and workers */
    MTU_FOR_TYPE_II = 1550 /* of a frame of 1514 bytes: IPv4 20, GRE 8, ERSPAN 8 */
};

struct live_run {
    const struct options *options;
    const struct packet_processor_policy *policy;
    GPtrArray *workers;         /* either workers */
    struct kernel_count *count; /* or the kernel's count */
    struct kernel_strip *strip; /* of which that is, and workers for what it leaves; NULL: none */
    struct packet_processor_policy strip_policy; /* of these workers */
    struct reporter *reporter;
    const struct reporter_outputs *outputs;
    struct interface_name interface;
    struct outage outage;
    enum interface_state state; /* that was reported last */
    bool times_exact;
    double began_s;
    struct serve *serve; /* NULL: for nobody */
    struct drop_counters drops_before;
    struct drop_counters drops_now; /* or when the interface existed last */
};

static double clock_s(void)
{
    return (double)g_get_monotonic_time() / US_PER_SECOND;
}

#ifdef HAVE_XDP
/* The kernel has counted what the workers got, too: of them only losses are new. */
static void take_strip(const struct live_run *live, struct snapshot *snapshot)
{
    struct snapshot rest;
    snapshot_init(&rest);
    for (guint i = 0; i < live->workers->len; i++)
        worker_add(g_ptr_array_index(live->workers, i), &rest);
    snapshot->strip = kernel_strip_counts(live->strip);
    snapshot->strip.unread = snapshot->source.unread;
    snapshot->source.unread = 0; /* the workers read them */
    snapshot->strip.dropped = rest.source.dropped;
    snapshot_clear(&rest);
}
#endif

static void take_snapshot(struct live_run *live, struct snapshot *snapshot)
{
    drop_counters_follow(live->interface.text, &live->drops_now);
    live->drops_now.while_down = live->outage.lost;
    const struct drop_counters drops = drop_counters_between(&live->drops_before, &live->drops_now);
    snapshot_init(snapshot);
    snapshot->live = true;
    snapshot->times_exact = live->times_exact;
    snapshot->drops = drops;
    snapshot->seconds = clock_s() - live->began_s;
    for (guint i = 0; i < live->workers->len; i++)
        worker_ask(g_ptr_array_index(live->workers, i), &drops);
#ifdef HAVE_XDP
    if (live->count != NULL)
        kernel_count_snapshot(live->count, snapshot);
    if (live->strip != NULL) {
        take_strip(live, snapshot);
        return;
    }
#endif
    for (guint i = 0; i < live->workers->len; i++)
        worker_add(g_ptr_array_index(live->workers, i), snapshot);
}

static void look(void *context, struct snapshot *snapshot)
{
    take_snapshot(context, snapshot);
}

static void serve(struct live_run *live)
{
    static const enum control_receiver receivers[] = {[RECEIVE_PCAP] = CONTROL_BY_PCAP,
                                                      [RECEIVE_PACKET] = CONTROL_BY_PACKET,
                                                      [RECEIVE_XDP] = CONTROL_BY_XDP,
                                                      [RECEIVE_COUNT] = CONTROL_BY_COUNT,
                                                      [RECEIVE_STRIP] = CONTROL_BY_STRIP};
    const struct serve_meter meter = {live, look, (uint64_t)interface_mtu(live->interface.text),
                                      receivers[live->options->backend]};
    if (live->serve != NULL)
        serve_step(live->serve, &meter);
}

/* One worker that stops ends the run, because the others would see only part of the packets. */
static bool is_any_done(const struct live_run *live)
{
    for (guint i = 0; i < live->workers->len; i++)
        if (worker_is_done(g_ptr_array_index(live->workers, i)))
            return true;
    return false;
}

static bool is_over(const struct live_run *live)
{
    double duration_s = live->options->duration_s;
    return signals_stop_requested() || is_any_done(live) ||
           (live->outputs->writer != NULL && packet_writer_is_over(live->outputs->writer)) ||
           (duration_s > 0 && clock_s() - live->began_s >= duration_s);
}

/* What is missing when copies come again was lost while nothing could come. */
static void follow_outage(struct live_run *live, enum interface_state now)
{
    bool begins = now == INTERFACE_DOWN && live->state != INTERFACE_DOWN;
    if (now == INTERFACE_UP)
        outage_end(&live->outage);
    if (!begins && !outage_is_open(&live->outage))
        return;
    struct snapshot counted;
    take_snapshot(live, &counted);
    if (begins)
        outage_begin(&live->outage, &counted);
    else
        outage_conclude(&live->outage, &counted, false);
    snapshot_clear(&counted);
}

/* Reports when the interface goes down and comes up. Its removal ends the run: workers notice by
 * themselves, but counting in the kernel has no socket that reports it. */
static gboolean watch_interface(struct live_run *live, GError **error)
{
    if (interface_name_follow(&live->interface)) {
        g_autofree char *news = g_strdup_printf("the interface is %s now", live->interface.text);
        reporter_warn(live->reporter, news);
    }
    enum interface_state now = interface_name_state(&live->interface);
    if (now == INTERFACE_UNKNOWN)
        return live->count == NULL ||
               fail(error, STATUS_FAILED, "%s: the interface is gone", live->options->interface);
    if (now != live->state)
        reporter_warn(live->reporter, now == INTERFACE_DOWN
                                          ? "the interface is down: no packets arrive"
                                          : "the interface is up again");
    follow_outage(live, now);
    live->state = now;
    return TRUE;
}

static struct reception reception_of(const struct live_run *live)
{
    struct reception reception = {.interface_down =
                                      interface_name_state(&live->interface) == INTERFACE_DOWN};
#ifdef HAVE_XDP
    enum receive_method method = live->options->backend;
    reception.foreign_xdp = (method == RECEIVE_PCAP || method == RECEIVE_PACKET) &&
                            xdp_is_attached(live->interface.text);
#endif
    return reception;
}

static void report_now(struct live_run *live)
{
    struct snapshot now;
    take_snapshot(live, &now);
    snapshot_join_flows(&now);
    now.reception = reception_of(live);
    reporter_now(live->reporter, &now);
    snapshot_clear(&now);
}

/* What keeps frames from the interface is said at once. */
static void check_strip(const struct live_run *live)
{
#ifdef HAVE_XDP
    g_autofree char *news = live->strip != NULL ? kernel_strip_news(live->strip) : NULL;
    if (news != NULL)
        reporter_warn(live->reporter, news);
#else
    (void)live;
#endif
}

/* Waits until the run is over. */
static gboolean report_intervals(struct live_run *live, GError **error)
{
    double interval_s = live->options->interval_s;
    double next_s = live->began_s + interval_s;
    while (!is_over(live)) {
        g_usleep(CHECK_US);
        reporter_check(live->reporter);
        check_strip(live);
        serve(live);
        if (signals_report_requested())
            report_now(live);
        if (!watch_interface(live, error))
            return FALSE;
        if (interval_s <= 0 || clock_s() < next_s)
            continue;
        struct snapshot now;
        take_snapshot(live, &now);
        if (!reporter_interval(live->reporter, &now, error))
            return FALSE;
        next_s = reporter_next_s(next_s, interval_s, clock_s());
    }
    return TRUE;
}

/* @p failed  the run ended with an error. */
static gboolean stop(struct live_run *live, bool failed, GError **error)
{
    GError *wrong = NULL;
    /* All at once, because each may wait for a packet first. */
    for (guint i = 0; i < live->workers->len; i++)
        worker_ask_to_stop(g_ptr_array_index(live->workers, i));
    for (guint i = 0; i < live->workers->len; i++) {
        GError *one = NULL;
        if (!worker_stop(g_ptr_array_index(live->workers, i), &one))
            errors_add(&wrong, one);
    }
    outputs_finish(live->outputs, failed || wrong != NULL);
    signals_let_second_wait(false);
    struct snapshot snapshot;
    take_snapshot(live, &snapshot);
    if (outage_is_open(&live->outage)) {
        outage_conclude(&live->outage, &snapshot, true);
        snapshot_clear(&snapshot);
        take_snapshot(live, &snapshot);
    }
    snapshot_join_flows(&snapshot);
    snapshot.reception = reception_of(live);
    GError *unwritten = NULL;
    if (!reporter_end(live->reporter, &snapshot, &unwritten))
        errors_add(&wrong, unwritten);
    snapshot_clear(&snapshot);
    if (wrong == NULL)
        return TRUE;
    g_propagate_error(error, wrong);
    return FALSE;
}

/* Most network cards drop frames longer than their MTU allows, and do not count them. */
static void warn_of_mtu(const char *interface)
{
    int mtu = interface_mtu(interface);
    if (mtu > 0 && mtu < MTU_FOR_TYPE_II)
        g_printerr(
            "erspanrate: %s: MTU %d may be too small: Type II copies of full-size frames need %d\n",
            interface, mtu, MTU_FOR_TYPE_II);
}

static gboolean receive(struct live_run *live, GError **error)
{
    GError *wrong = NULL;
    GError *at_the_end = NULL;
    warn_of_mtu(live->options->interface);
    drop_counters_follow(live->interface.text, &live->drops_before);
    live->drops_now = live->drops_before;
    live->state = INTERFACE_UP;
    live->began_s = clock_s();
    outputs_begin(live->outputs);
    for (guint i = 0; i < live->workers->len; i++)
        worker_start(g_ptr_array_index(live->workers, i), live->options->count);
    signals_let_second_wait(true); /* until the outputs are finished: the report comes after */
    report_intervals(live, &wrong);
    if (!stop(live, wrong != NULL, &at_the_end))
        errors_add(&wrong, at_the_end);
    if (wrong != NULL)
        g_propagate_error(error, wrong);
    return wrong == NULL;
}

static gboolean open_sources(const struct options *options, GPtrArray *sources, GError **error)
{
    const struct receive_plan plan = {
        .interface = options->interface,
        .filter = options->filter,
        .snap = options->snap,
        .buffer = options->buffer,
        .threads = options->threads,
    };
    switch (options->backend) {
    case RECEIVE_PACKET:
    case RECEIVE_STRIP:
        return source_packet_open(&plan, sources, error);
#ifdef HAVE_XDP
    case RECEIVE_XDP:
        return source_xdp_open(&plan, sources, error);
#endif
    default:
        break;
    }
    return source_pcap_open(&plan, sources, error);
}

static gboolean open_reporter(struct live_run *live, const char *how, GError **error)
{
    live->reporter = reporter_new(&live->options->report, live->options->interface, how, error);
    return live->reporter != NULL;
}

static gboolean open_workers(struct live_run *live, const struct packet_processor_policy *policy,
                             GError **error)
{
    GPtrArray *sources = g_ptr_array_new();
    gboolean good = open_sources(live->options, sources, error);
    for (guint i = 0; i < sources->len; i++)
        g_ptr_array_add(live->workers, worker_new(g_ptr_array_index(sources, i), policy));
    if (good) {
        const struct source *first = g_ptr_array_index(sources, 0);
        live->times_exact = first->class->times_exact && live->strip == NULL;
        good = open_reporter(
            live, live->strip != NULL ? "stripped in the kernel by XDP" : first->class->name,
            error);
    }
    g_ptr_array_free(sources, TRUE);
    return good;
}

#ifdef HAVE_XDP
static gboolean open_strip(struct live_run *live, GError **error)
{
    const struct kernel_strip_plan plan = {
        .interface = live->options->interface,
        .to = live->options->to,
        .spread = live->options->spread,
        .drops_only = &live->options->drops_only,
    };
    live->strip = kernel_strip_begin(&plan, error);
    if (live->strip == NULL)
        return FALSE;
    live->count = kernel_strip_count(live->strip);
    live->strip_policy = *live->policy;
    live->strip_policy.mirrored = kernel_strip_sink(live->strip, &live->policy->mirrored);
    return open_workers(live, &live->strip_policy, error);
}
#endif

static gboolean open_interface(struct live_run *live, GError **error)
{
#ifdef HAVE_XDP
    if (live->options->backend == RECEIVE_COUNT) {
        live->count =
            kernel_count_begin(live->options->interface, &live->options->drops_only, error);
        return live->count != NULL && open_reporter(live, "counted in the kernel by XDP", error);
    }
    if (live->options->backend == RECEIVE_STRIP)
        return open_strip(live, error);
#endif
    return open_workers(live, live->policy, error);
}

static void free_worker(gpointer worker)
{
    worker_free(worker);
}

gboolean live_run(const struct options *options, const struct packet_processor_policy *policy,
                  const struct reporter_outputs *outputs, GError **error)
{
    struct live_run live = {.options = options, .policy = policy, .outputs = outputs};
    live.workers = g_ptr_array_new_with_free_func(free_worker);
    interface_name_begin(&live.interface, options->interface);
    gboolean good = !options->serve || (live.serve = serve_open(&options->serving, error)) != NULL;
    good = good && open_interface(&live, error);
    if (good)
        reporter_follow(live.reporter, outputs);
    good = good && confine_run(options, live.reporter, outputs, error) && receive(&live, error);
    serve_close(live.serve);
    reporter_free(live.reporter);
    g_ptr_array_free(live.workers, TRUE);
#ifdef HAVE_XDP
    if (live.strip != NULL)
        kernel_strip_end(live.strip);
    else if (live.count != NULL)
        kernel_count_end(live.count);
#endif
    return good;
}
