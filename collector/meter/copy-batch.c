/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/copy-batch.h"

#include <glib.h>

#include "core/report/copy-pipeline.h"
#include "core/report/report-windows.h"

enum { BATCH = 32 /* copies: more of them would not stay in the first cache */ };

/* A copy that waits, with all that is wanted of its bytes. */
struct waiting {
    struct copy copy;
    struct analysis_place place;
    struct copy_digest digest;
};

struct copy_batch {
    struct analysis *analysis;
    struct path_table *paths; /* NULL: frames are not followed */
    struct report *report;
    struct window window_1ms; /* of all sessions; an interval ends with a look */
    struct window window_100us;
    size_t count;
    size_t taken;                    /* of these, the first, which wait no more */
    struct analysis_finding finding; /* of the copy that was taken last */
    struct waiting batch[BATCH];
};

struct copy_batch *copy_batch_new(const struct analysis_policy *policy, size_t paths_memory)
{
    struct copy_batch *copy_batch = g_new0(struct copy_batch, 1);
    copy_batch->analysis = analysis_new(policy);
    copy_batch->report = report_new(policy->memory_limit);
    if (paths_memory > 0)
        copy_batch->paths = path_table_new(paths_memory);
    return copy_batch;
}

void copy_batch_free(struct copy_batch *copy_batch)
{
    report_free(copy_batch->report);
    path_table_free(copy_batch->paths);
    analysis_free(copy_batch->analysis);
    g_free(copy_batch);
}

struct report *copy_batch_report(struct copy_batch *copy_batch)
{
    return copy_batch->report;
}

static void take_windows(struct copy_batch *copy_batch, int64_t arrival_ns, size_t bytes)
{
    window_take(&copy_batch->window_1ms, WINDOW_1MS_NS, arrival_ns, bytes);
    window_take(&copy_batch->window_100us, WINDOW_100US_NS, arrival_ns, bytes);
}

static void take(struct copy_batch *copy_batch, const struct waiting *one)
{
    struct analysis_finding *finding = &copy_batch->finding;
    copy_analyse(copy_batch->analysis, &one->place, &one->copy, &one->digest, finding);
    if (copy_batch->paths != NULL)
        copy_follow(copy_batch->paths, copy_batch->analysis, &one->place, &one->copy, &one->digest,
                    finding);
    report_take(copy_batch->report, &one->place, &one->copy, &one->digest, finding);
    if (!finding->counts)
        return;
    take_windows(copy_batch, one->place.arrival_ns, one->place.outer_length);
}

static void take_waiting(struct copy_batch *copy_batch)
{
    for (; copy_batch->taken < copy_batch->count; copy_batch->taken++)
        take(copy_batch, &copy_batch->batch[copy_batch->taken]);
}

static void take_all(struct copy_batch *copy_batch)
{
    take_waiting(copy_batch);
    copy_batch->taken = 0;
    copy_batch->count = 0;
}

void copy_batch_forget(struct copy_batch *copy_batch, struct session *session)
{
    take_waiting(copy_batch); /* among them, copies of it; the slot stays where it is */
    report_forget(copy_batch->report, session);
    analysis_forget(copy_batch->analysis, session);
}

struct copy *copy_batch_slot(struct copy_batch *copy_batch)
{
    return &copy_batch->batch[copy_batch->count].copy;
}

bool copy_batch_put_copy(struct copy_batch *copy_batch, const struct analysis_place *place,
                         struct bytes payload)
{
    struct waiting *one = &copy_batch->batch[copy_batch->count];
    one->place = *place;
    copy_digest_read(copy_batch->analysis, &one->copy, payload, &one->digest);
    copy_prefetch(copy_batch->analysis, &one->copy, &one->digest);
    if (++copy_batch->count == BATCH)
        take_all(copy_batch);
    return one->digest.has_segment;
}

const struct analysis_finding *copy_batch_finding(struct copy_batch *copy_batch)
{
    take_all(copy_batch);
    return &copy_batch->finding;
}

void copy_batch_put_first_fragment(struct copy_batch *copy_batch,
                                   const struct arrived_fragment *arrived,
                                   const struct analysis_place *place, const struct copy *copy)
{
    take_all(copy_batch);
    take_windows(copy_batch, arrived->arrival_ns,
                 report_add_first_fragment(copy_batch->report, arrived, place, copy));
}

bool copy_batch_put_fragment(struct copy_batch *copy_batch, const struct arrived_fragment *arrived)
{
    take_all(copy_batch);
    uint64_t bytes = report_add_fragment(copy_batch->report, arrived);
    take_windows(copy_batch, arrived->arrival_ns, bytes);
    return bytes > 0;
}

void copy_batch_put_icmp(struct copy_batch *copy_batch, const struct report_icmp *icmp)
{
    const struct copy *copy = copy_batch_slot(copy_batch);
    take_all(copy_batch);
    report_add_icmp(copy_batch->report, copy, icmp);
}

void copy_batch_put_marker(struct copy_batch *copy_batch, const struct address *source,
                           const struct marker *marker, int64_t arrival_ns, uint64_t frame)
{
    take_all(copy_batch);
    analysis_take_marker(copy_batch->analysis, source, marker, arrival_ns, frame);
}

static void put_peaks(const struct copy_batch *copy_batch, struct report_session *all)
{
    all->extremes.peak_1ms_bps =
        window_rate(window_peak(&copy_batch->window_1ms), 1, WINDOW_1MS_NS);
    all->extremes.peak_100us_bps =
        window_rate(window_peak(&copy_batch->window_100us), 1, WINDOW_100US_NS);
    all->extremes.interval_1ms_bps = window_rate(copy_batch->window_1ms.peak, 1, WINDOW_1MS_NS);
    all->extremes.interval_100us_bps =
        window_rate(copy_batch->window_100us.peak, 1, WINDOW_100US_NS);
}

void copy_batch_end(struct copy_batch *copy_batch)
{
    take_all(copy_batch);
    if (copy_batch->paths != NULL)
        path_table_end(copy_batch->paths);
}

void copy_batch_snapshot(struct copy_batch *copy_batch, struct snapshot *snapshot)
{
    take_all(copy_batch);
    snapshot->unfollowed = analysis_unfollowed(copy_batch->analysis);
    struct report_totals drops;
    snapshot_put_drops(snapshot, &drops);
    report_set_drops(copy_batch->report, drops.dropped_kernel, drops.dropped_interface,
                     drops.dropped_program);
    snapshot_take(snapshot, copy_batch->report, copy_batch->analysis);
    snapshot->paths = path_report_new(copy_batch->paths);
    put_peaks(copy_batch, &snapshot->all);
    report_begin_interval(copy_batch->report);
    window_begin_interval(&copy_batch->window_1ms);
    window_begin_interval(&copy_batch->window_100us);
}
