/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/cli/replay.h"

#include <math.h>

#include "collector/cli/confine-run.h"
#include "collector/cli/input-files.h"
#include "collector/meter/memory-reserve.h"
#include "collector/meter/packet-processor.h"
#include "collector/output/reporter.h"
#include "collector/source/packet-filter.h"
#include "common/errors.h"
#include "common/signals.h"
#include "core/base/time-units.h"

enum { BATCH = 4096 /* packets between two checks whether the run is over */ };

struct replay {
    const struct options *options;
    struct source *source;
    struct packet_processor *packet_processor;
    struct packet_sink sink; /* of the packet processor */
    struct reporter *reporter;
    const struct reporter_outputs *outputs;
    uint64_t packets;
    int64_t first_ns; /* the time of the first packet */
    double now_s;     /* the latest so far, since then */
    double next_s;    /* when the interval ends */
    bool begun;       /* a packet had a time */
    bool has_older;   /* packets that are earlier by more than a second; reported once */
    bool has_no_time; /* packets without a time; reported once */
    bool over;        /* the packet is behind the duration */
    bool interrupted; /* a signal came before the end of the file */
    GError *error;    /* of reporting */
};

static void take_snapshot(const struct replay *replay, double seconds, struct snapshot *snapshot)
{
    snapshot_init(snapshot);
    snapshot->seconds = seconds;
    snapshot->times_exact = replay->source->class->times_exact;
    source_statistics(replay->source, &snapshot->source);
    packet_processor_snapshot(replay->packet_processor, snapshot);
}

/* A file may have a long gap between packets: the empty intervals are reported as one. */
static void end_interval(struct replay *replay)
{
    double interval_s = replay->options->interval_s;
    struct snapshot now;
    take_snapshot(replay, replay->next_s, &now);
    if (replay->error == NULL)
        reporter_interval(replay->reporter, &now, &replay->error);
    else
        snapshot_clear(&now);
    replay->next_s = reporter_next_s(replay->next_s, interval_s, replay->now_s);
}

/* Packets of several interfaces are often out of order. More than a second means that a clock was
 * set. */
static void notice_older(struct replay *replay, int64_t time_ns)
{
    if (replay->has_older || time_ns >= replay->first_ns - NS_PER_SECOND)
        return;
    replay->has_older = true;
    reporter_warn(
        replay->reporter,
        "has packets behind the first that are older than it: rates are of the time since "
        "the first");
}

/* A packet without a time belongs to no interval. */
static void notice_no_time(struct replay *replay, const struct packet *packet)
{
    if (replay->has_no_time)
        return;
    replay->has_no_time = true;
    char *said = g_strdup_printf("frame %" G_GUINT64_FORMAT
                                 " has no time, or one before 1970 or after 2116: such frames are "
                                 "counted, and rates are of the time between the others",
                                 packet->number);
    reporter_warn(replay->reporter, said);
    g_free(said);
}

/* Moves on to the time of the packet, which may end an interval or all. */
static void take_time(struct replay *replay, int64_t time_ns)
{
    if (!replay->begun)
        replay->first_ns = time_ns;
    replay->begun = true;
    notice_older(replay, time_ns);
    double time_s = (double)(time_ns - replay->first_ns) / NS_PER_SECOND;
    double duration_s = replay->options->duration_s;
    if (duration_s > 0 && time_s >= duration_s) {
        replay->over = true;
        time_s = duration_s;
    }
    if (time_s > replay->now_s) {
        replay->now_s = time_s;
        if (time_s >= replay->next_s)
            end_interval(replay);
    }
}

static void take(void *context, const struct packet *packet)
{
    struct replay *replay = context;
    replay->packets++;
    if (packet->no_time)
        notice_no_time(replay, packet);
    else
        take_time(replay, packet->time_ns);
    if (!replay->over)
        packet_put(&replay->sink, packet);
    reporter_check(replay->reporter);
}

static bool is_over(const struct replay *replay)
{
    return signals_stop_requested() ||
           (replay->outputs->writer != NULL && packet_writer_is_over(replay->outputs->writer)) ||
           replay->error != NULL || replay->over || replay->packets >= replay->options->count;
}

static void report_now(const struct replay *replay)
{
    struct snapshot now;
    take_snapshot(replay, replay->now_s, &now);
    reporter_now(replay->reporter, &now);
    snapshot_clear(&now);
}

static void read_packets(struct replay *replay)
{
    const struct packet_sink sink = {.context = replay, .take = take};
    enum source_state state = SOURCE_MORE;
    struct memory_reserve reserve = {0};
    GError *wrong = NULL;
    signals_let_second_wait(true); /* until the outputs are finished: the report comes after */
    while (state == SOURCE_MORE && !is_over(replay)) {
        size_t limit = (size_t)MIN(BATCH, replay->options->count - replay->packets);
        state = source_dispatch(replay->source, &sink, limit, &wrong);
        reporter_check(replay->reporter);
        if (signals_report_requested())
            report_now(replay);
        if (wrong == NULL && !memory_reserve_check(&reserve, replay->packets, &wrong))
            break;
    }
    replay->interrupted = state == SOURCE_MORE && signals_stop_requested();
    if (signals_stop_requested())
        g_clear_error(&wrong); /* it ended the wait for a pipe */
    if (wrong != NULL)
        errors_add(&replay->error, wrong);
}

static void report_end(struct replay *replay)
{
    outputs_finish(replay->outputs, replay->error != NULL);
    signals_let_second_wait(false);
    struct snapshot snapshot;
    GError *wrong = NULL;
    packet_processor_end(replay->packet_processor);
    take_snapshot(replay, replay->now_s, &snapshot);
    if (!reporter_end(replay->reporter, &snapshot, &wrong))
        errors_add(&replay->error, wrong);
    snapshot_clear(&snapshot);
}

/* A wrong filter is the user's mistake, whatever the file is. */
static bool is_filter(const char *filter, GError **error)
{
    struct packet_filter *compiled = packet_filter_new(filter, error);
    packet_filter_free(compiled);
    return compiled != NULL;
}

gboolean replay_run(const struct options *options, const struct packet_processor_policy *policy,
                    const struct reporter_outputs *outputs, GError **error)
{
    struct replay replay = {.options = options, .outputs = outputs};
    if (!is_filter(options->filter, error))
        return FALSE;
    g_autoptr(GPtrArray) files = input_files_open(options->files, error);
    if (files == NULL)
        return FALSE;
    g_autofree char *name = input_files_title(options->files);
    replay.reporter = reporter_new(&options->report, name, NULL, error);
    if (replay.reporter != NULL)
        reporter_follow(replay.reporter, outputs);
    if (replay.reporter != NULL && confine_run(options, replay.reporter, outputs, error))
        replay.source = source_file_open(files, options->filter, error);
    if (replay.source == NULL) {
        reporter_free(replay.reporter);
        return FALSE;
    }
    struct packet_processor_policy reading = *policy;
    reading.threaded = options->threads > 1; /* more than two have nothing to do */
    memory_reserve_one_heap();
    replay.packet_processor = packet_processor_new(&reading);
    replay.sink = packet_processor_sink(replay.packet_processor);
    replay.next_s = options->interval_s > 0 ? options->interval_s : INFINITY;
    read_packets(&replay);
    report_end(&replay);
    /* A pipe has no end but this one. */
    if (replay.interrupted && !options_reads_input(options))
        fail(&replay.error, STATUS_INTERRUPTED,
             "%s: interrupted: the report is of the first %" G_GUINT64_FORMAT " packets", name,
             replay.packets);
    reporter_free(replay.reporter);
    packet_processor_free(replay.packet_processor);
    source_close(replay.source);
    if (replay.error != NULL)
        g_propagate_error(error, replay.error);
    return replay.error == NULL;
}
