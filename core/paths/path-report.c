/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-report.h"

#include <string.h>

#include "core/paths/path-table-internal.h"

int64_t path_report_bucket_ns(unsigned bucket)
{
    static const int64_t limits_ns[PATH_BUCKETS] = {
        1000,   2500,    5000,    10000,   25000,    50000,    100000,    250000,
        500000, 1000000, 2500000, 5000000, 10000000, 50000000, 100000000,
    };
    return limits_ns[bucket];
}

struct path_point_row path_report_point_row(const struct path_table *table, unsigned number)
{
    const struct path_point *point = path_table_point(table, number);
    struct path_point_row row = {
        .key = point->key,
        .type = point->type,
        .hardware_id = point->hardware_id,
        .egress = point->egress,
        .index = point->index,
        .copies = point->copies,
    };
    for (unsigned i = 0; i < path_table_point_count(table); i++) {
        const struct path_point *other = path_table_point(table, i);
        if (other->stream != point->stream)
            continue;
        row.by_direction |= other->egress != point->egress;
        row.by_hardware_id |= other->hardware_id != point->hardware_id;
        row.by_index |= other->index != point->index;
    }
    return row;
}

static bool is_known(const struct path_pair *pair, enum path_basis basis)
{
    return pair->delays[basis].histogram != NULL && pair->delays[basis].histogram->count > 0;
}

/* The best way in which the delays of at least half the frames are known; else by arrivals. */
static enum path_basis basis_of(const struct path_pair *pair)
{
    for (enum path_basis basis = 0; basis < PATH_ARRIVAL; basis++)
        if (is_known(pair, basis) && pair->delays[basis].histogram->count * 2 >= pair->both)
            return basis;
    return PATH_ARRIVAL;
}

/* How far two clocks that state the time of day are apart, if they contradict each other: no frame
 * arrives before it is sent. What the slowest frame seems to take, this way or back, is the most.
 * Without a way back it is only known how far they are at least. */
static int64_t disagreement_ns(const struct path_table *table, const struct path_pair *pair)
{
    const struct path_pair *other = path_table_find_pair(table, pair->to, pair->from);
    const struct delay_histogram *there = pair->delays[PATH_TIME_OF_DAY].histogram;
    const struct delay_histogram *back = other != NULL && is_known(other, PATH_TIME_OF_DAY)
                                             ? other->delays[PATH_TIME_OF_DAY].histogram
                                             : there;
    int64_t least_ns = MIN(there->min_ns, back->min_ns);
    if (least_ns >= 0)
        return 0;
    int64_t most_ns = MAX(MAX(there->max_ns, back->max_ns), -MAX(least_ns, -INT64_MAX));
    return MIN(most_ns, INT64_MAX / 2); /* headers may state any time */
}

static struct path_delay_row delay_row(const struct path_table *table, const struct path_pair *pair)
{
    struct path_delay_row row = {.basis = basis_of(pair)};
    if (!is_known(pair, row.basis))
        return row;
    const struct path_delays *delays = &pair->delays[row.basis];
    const struct delay_histogram *histogram = delays->histogram;
    const double parts[] = {0.5, 0.9, 0.99, 0.999};
    int64_t *percentiles[] = {&row.p50_ns, &row.p90_ns, &row.p99_ns, &row.p99_9_ns};
    int64_t bin_ns = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        int64_t half_ns;
        *percentiles[i] = delay_histogram_percentile(histogram, parts[i], &half_ns);
        bin_ns = MAX(bin_ns, half_ns);
    }
    row.frames = histogram->count;
    row.min_ns = histogram->min_ns;
    row.max_ns = histogram->max_ns;
    row.sum_ns = histogram->sum_ns;
    row.has_uncertainty = row.basis != PATH_ARRIVAL;
    row.uncertainty_ns = bin_ns + (int64_t)((delays->uncertainty_ps + (uint64_t)PS_PER_NS - 1) /
                                            (uint64_t)PS_PER_NS);
    if (row.basis == PATH_TIME_OF_DAY)
        row.uncertainty_ns += disagreement_ns(table, pair);
    for (unsigned i = 0; i < PATH_BUCKETS; i++)
        row.buckets[i] = delay_histogram_up_to(histogram, path_report_bucket_ns(i));
    return row;
}

static struct path_pair_row pair_row(const struct path_table *table, const struct path_pair *pair)
{
    const struct path_point *to = path_table_point(table, pair->to);
    struct path_pair_row row = {
        .from = pair->from,
        .to = pair->to,
        .order = pair->order,
        .both = pair->both,
        .only_from = pair->only_from,
        .only_to = pair->only_to,
        .lost = pair->lost,
        .unknown_longer = pair->longer,
        .reordered = pair->reordered,
        .macs_changed = pair->macs_changed,
        .vlan_changed = pair->vlan_changed,
        .dscp_changed = pair->dscp_changed,
        .addresses_changed = pair->addresses_changed,
        .ports_changed = pair->ports_changed,
        .has_hops = pair->has_hops,
        .hops = pair->hops,
        .passed_longest = pair->passed_longest,
        .delay = delay_row(table, pair),
    };
    row.maybe_sampled = !path_pair_claims_loss(pair);
    if (row.maybe_sampled)
        row.lost = 0;
    row.unknown = row.only_from - row.lost;
    row.loss_known = !to->unnumbered && !row.maybe_sampled;
    if (row.lost > 0) {
        row.bursts = pair->bursts;
        row.burst_longest = pair->burst_longest;
        row.burst_of_all = path_losses_burst(pair->losses);
        row.lost_are_long = path_losses_are_long(pair->losses, pair->lost, pair->lost_shortest);
        row.lost_shortest = pair->lost_shortest;
        row.lost_longest = pair->lost_longest;
    }
    return row;
}

static gint compare_pairs(gconstpointer a, gconstpointer b)
{
    const struct path_pair_row *first = a;
    const struct path_pair_row *second = b;
    if (first->both != second->both)
        return first->both < second->both ? 1 : -1;
    if (first->from != second->from)
        return first->from < second->from ? -1 : 1;
    return first->to < second->to ? -1 : first->to > second->to;
}

static gint compare_ways(gconstpointer a, gconstpointer b)
{
    const struct path_way *first = a;
    const struct path_way *second = b;
    if (first->frames != second->frames)
        return first->frames < second->frames ? 1 : -1;
    if (first->count != second->count)
        return first->count < second->count ? 1 : -1;
    return memcmp(first->points, second->points, first->count * sizeof *first->points);
}

static void copy_timelines(struct path_report *report, const struct path_table *table)
{
    report->timelines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < report->pairs->len && i < PATH_TIMELINES; i++) {
        const struct path_pair_row *row = path_report_pair(report, i);
        const struct path_pair *pair =
            path_table_find_pair(table, (uint16_t)row->from, (uint16_t)row->to);
        g_ptr_array_add(report->timelines, g_memdup2(pair->timeline, sizeof(struct path_timeline)));
    }
}

struct path_report *path_report_new(const struct path_table *table)
{
    if (table == NULL)
        return NULL;
    struct path_report *report = g_atomic_rc_box_new0(struct path_report);
    report->points = g_array_new(FALSE, FALSE, sizeof(struct path_point_row));
    report->pairs = g_array_new(FALSE, FALSE, sizeof(struct path_pair_row));
    report->given_up = path_table_given_up(table);
    for (unsigned i = 0; i < path_table_point_count(table); i++) {
        const struct path_point_row row = path_report_point_row(table, i);
        g_array_append_val(report->points, row);
    }
    for (unsigned i = 0; i < path_table_pair_count(table); i++) {
        const struct path_pair *pair = path_table_pair(table, i);
        if (pair->both == 0)
            continue;
        const struct path_pair_row row = pair_row(table, pair);
        g_array_append_val(report->pairs, row);
    }
    g_array_sort(report->pairs, compare_pairs);
    copy_timelines(report, table);
    const struct path_ways *ways = path_table_ways(table);
    report->ways = g_array_new(FALSE, FALSE, sizeof(struct path_way));
    g_array_append_vals(report->ways, ways->items, ways->count);
    g_array_sort(report->ways, compare_ways);
    report->frames_of_other_ways = ways->others;
    return report;
}

static void clear(void *data)
{
    struct path_report *report = data;
    g_array_free(report->points, TRUE);
    g_array_free(report->pairs, TRUE);
    g_array_free(report->ways, TRUE);
    g_ptr_array_free(report->timelines, TRUE);
}

struct path_report *path_report_hold(struct path_report *report)
{
    return report != NULL ? g_atomic_rc_box_acquire(report) : NULL;
}

void path_report_release(struct path_report *report)
{
    if (report != NULL)
        g_atomic_rc_box_release_full(report, clear);
}

double path_report_loss(const struct path_pair_row *pair)
{
    if (!pair->loss_known || (pair->lost == 0 && pair->unknown > 0))
        return -1;
    return (double)pair->lost / (double)(pair->both + pair->lost);
}
