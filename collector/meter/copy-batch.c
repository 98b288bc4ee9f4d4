/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/meter/copy-batch.h"

#include <glib.h>

#include "collector/meter/batch-thread.h"
#include "core/report/copy-pipeline.h"
#include "core/report/report-windows.h"

enum {
    BATCH = 32,    /* copies: more of them would not stay in the first cache */
    PLACES = 32,   /* batches, with a thread; together they stay in a processor's last cache */
    PREFETCHED = 8 /* copies between the one that is taken and the one that is prefetched */
};
_Static_assert(BATCH *(PLACES + 1) <= ANALYSIS_AHEAD_MAX, "their frames are kept");

/* A copy that waits, with all that is wanted of its bytes. */
struct waiting {
    struct copy copy;
    struct analysis_place place;
    struct copy_digest digest;
};

/* What takes the copies. While batches are in the thread, it is the thread's. */
struct taker {
    struct analysis *analysis;
    struct path_table *paths; /* NULL: frames are not followed */
    struct report *report;
    struct window window_1ms; /* of all sessions; an interval ends with a look */
    struct window window_100us;
    struct analysis_finding finding; /* of the copy that was taken last */
    struct waiting *batches;         /* PLACES of them, or one */
};

struct copy_batch {
    struct taker *taker;
    struct analysis *analysis; /* the taker's: stores frames */
    struct waiting *batches;   /* likewise */
    struct waiting *batch;     /* that is filled now */
    size_t limit;              /* copies in one */
    size_t count;              /* copies in it */
    size_t taken;              /* of these, the first, which wait no more */
    bool threaded;
    struct batch_thread *thread; /* NULL: there is none, or not yet */
};

struct copy_batch *copy_batch_new(const struct analysis_policy *policy, size_t paths_memory,
                                  bool threaded)
{
    struct copy_batch *copy_batch = g_new0(struct copy_batch, 1);
    struct taker *taker = g_new0(struct taker, 1);
    taker->analysis = analysis_new(policy);
    taker->report = report_new(policy->memory_limit);
    if (paths_memory > 0)
        taker->paths = path_table_new(paths_memory);
    size_t ahead = analysis_ahead(taker->analysis);
    copy_batch->taker = taker;
    copy_batch->analysis = taker->analysis;
    copy_batch->limit = MIN(BATCH, ahead);
    copy_batch->threaded = threaded && ahead >= ANALYSIS_AHEAD_MAX;
    taker->batches = g_new0(struct waiting, BATCH * (copy_batch->threaded ? PLACES : 1));
    copy_batch->batches = taker->batches;
    copy_batch->batch = copy_batch->batches;
    return copy_batch;
}

void copy_batch_free(struct copy_batch *copy_batch)
{
    struct taker *taker = copy_batch->taker;
    batch_thread_free(copy_batch->thread);
    report_free(taker->report);
    path_table_free(taker->paths);
    analysis_free(taker->analysis);
    g_free(taker->batches);
    g_free(taker);
    g_free(copy_batch);
}

struct report *copy_batch_report(struct copy_batch *copy_batch)
{
    return copy_batch->taker->report;
}

static void take_windows(struct taker *taker, int64_t arrival_ns, size_t bytes)
{
    window_take(&taker->window_1ms, WINDOW_1MS_NS, arrival_ns, bytes);
    window_take(&taker->window_100us, WINDOW_100US_NS, arrival_ns, bytes);
}

static void take(struct taker *taker, const struct waiting *one)
{
    struct analysis_finding *finding = &taker->finding;
    copy_analyse(taker->analysis, &one->place, &one->copy, &one->digest, finding);
    if (taker->paths != NULL)
        copy_follow(taker->paths, taker->analysis, &one->place, &one->copy, &one->digest, finding);
    report_take(taker->report, &one->place, &one->copy, &one->digest, finding);
    if (!finding->counts)
        return;
    take_windows(taker, one->place.arrival_ns, one->place.outer_length);
}

static void prefetch(const struct analysis *analysis, const struct waiting *one)
{
    copy_prefetch(analysis, &one->copy, &one->digest);
}

/* In the thread. */
static void take_place(void *context, size_t place)
{
    struct taker *taker = context;
    const struct waiting *batch = &taker->batches[place * BATCH];
    for (size_t i = 0; i < PREFETCHED; i++)
        prefetch(taker->analysis, &batch[i]);
    for (size_t i = 0; i < BATCH; i++) {
        if (i + PREFETCHED < BATCH)
            prefetch(taker->analysis, &batch[i + PREFETCHED]);
        take(taker, &batch[i]);
    }
}

/* The taker belongs to the caller until the next batch is full. */
static struct taker *take_waiting(struct copy_batch *copy_batch)
{
    struct taker *taker = copy_batch->taker;
    if (copy_batch->thread != NULL)
        batch_thread_wait(copy_batch->thread);
    for (; copy_batch->taken < copy_batch->count; copy_batch->taken++)
        take(taker, &copy_batch->batch[copy_batch->taken]);
    return taker;
}

static struct taker *take_all(struct copy_batch *copy_batch)
{
    struct taker *taker = take_waiting(copy_batch);
    copy_batch->taken = 0;
    copy_batch->count = 0;
    return taker;
}

/* Hands the full batch over; false if there is no thread that takes it. */
static bool hand_over(struct copy_batch *copy_batch)
{
    if (copy_batch->thread == NULL && copy_batch->threaded) {
        copy_batch->thread = batch_thread_new(PLACES, take_place, copy_batch->taker);
        copy_batch->threaded = copy_batch->thread != NULL;
    }
    if (!copy_batch->threaded || copy_batch->taken > 0)
        return false;
    copy_batch->batch = &copy_batch->batches[batch_thread_put(copy_batch->thread) * BATCH];
    copy_batch->count = 0;
    return true;
}

void copy_batch_forget(struct copy_batch *copy_batch, struct session *session)
{
    /* Among what waits may be copies of it; the slot stays where it is. */
    struct taker *taker = take_waiting(copy_batch);
    report_forget(taker->report, session);
    analysis_forget(taker->analysis, session);
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
    bool has_segment = one->digest.has_segment;
    if (!copy_batch->threaded)
        prefetch(copy_batch->analysis, one);
    if (++copy_batch->count == copy_batch->limit && !hand_over(copy_batch))
        take_all(copy_batch);
    return has_segment;
}

const struct analysis_finding *copy_batch_finding(struct copy_batch *copy_batch)
{
    return &take_all(copy_batch)->finding;
}

void copy_batch_put_first_fragment(struct copy_batch *copy_batch,
                                   const struct arrived_fragment *arrived,
                                   const struct analysis_place *place, const struct copy *copy)
{
    struct taker *taker = take_all(copy_batch);
    take_windows(taker, arrived->arrival_ns,
                 report_add_first_fragment(taker->report, arrived, place, copy));
}

bool copy_batch_put_fragment(struct copy_batch *copy_batch, const struct arrived_fragment *arrived)
{
    struct taker *taker = take_all(copy_batch);
    uint64_t bytes = report_add_fragment(taker->report, arrived);
    take_windows(taker, arrived->arrival_ns, bytes);
    return bytes > 0;
}

void copy_batch_put_icmp(struct copy_batch *copy_batch, const struct report_icmp *icmp)
{
    const struct copy *copy = copy_batch_slot(copy_batch);
    report_add_icmp(take_all(copy_batch)->report, copy, icmp);
}

void copy_batch_put_marker(struct copy_batch *copy_batch, const struct address *source,
                           const struct marker *marker, int64_t arrival_ns, uint64_t frame)
{
    analysis_take_marker(take_all(copy_batch)->analysis, source, marker, arrival_ns, frame);
}

static void put_peaks(const struct taker *taker, struct report_session *all)
{
    all->extremes.peak_1ms_bps = window_rate(window_peak(&taker->window_1ms), 1, WINDOW_1MS_NS);
    all->extremes.peak_100us_bps =
        window_rate(window_peak(&taker->window_100us), 1, WINDOW_100US_NS);
    all->extremes.interval_1ms_bps = window_rate(taker->window_1ms.peak, 1, WINDOW_1MS_NS);
    all->extremes.interval_100us_bps = window_rate(taker->window_100us.peak, 1, WINDOW_100US_NS);
}

void copy_batch_end(struct copy_batch *copy_batch)
{
    struct taker *taker = take_all(copy_batch);
    if (taker->paths != NULL)
        path_table_end(taker->paths);
}

void copy_batch_snapshot(struct copy_batch *copy_batch, struct snapshot *snapshot)
{
    struct taker *taker = take_all(copy_batch);
    snapshot->unfollowed = analysis_unfollowed(taker->analysis);
    struct report_totals drops;
    snapshot_put_drops(snapshot, &drops);
    report_set_drops(taker->report, drops.dropped_kernel, drops.dropped_interface,
                     drops.dropped_program);
    snapshot_take(snapshot, taker->report, taker->analysis);
    snapshot->paths = path_report_new(taker->paths);
    put_peaks(taker, &snapshot->all);
    report_begin_interval(taker->report);
    window_begin_interval(&taker->window_1ms);
    window_begin_interval(&taker->window_100us);
}
