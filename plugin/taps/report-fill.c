/* report-fill.c
 * A report that is filled from the taps
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/taps/report-fill.h"

#include "core/report/copy-pipeline.h"
#include "plugin/base/preferences.h"

void report_fill_clear(struct report_fill *fill)
{
    report_free(fill->report);
    *fill = (struct report_fill){NULL, {0}};
}

void report_fill_reset(struct report_fill *fill)
{
    report_fill_clear(fill);
    fill->report = report_new(erspan_analysis_policy().memory_limit);
}

void report_fill_look(struct report_fill *fill, const packet_info *pinfo, const epan_dissect_t *edt)
{
    fragment_tap_look(&fill->fragments, fill->report, pinfo, edt);
}

static void add_totals(struct report *report, const struct analysis_place *place,
                       const struct tapped_copy *tapped)
{
    if (place->depth > 1)
        return;
    report_count_frame(report, place->arrival_ns, place->outer_length);
    if (tapped->outer.copy.quoted)
        report_count(report, REPORT_ICMP_ERROR);
    if (tapped->copy.failure.kind != FAILURE_NONE)
        report_count(report, REPORT_BROKEN);
}

static void add_copy(struct report *report, const struct analysis_place *place,
                     const struct tapped_copy *tapped)
{
    struct copy_digest digest;
    copy_digest_read_again(&tapped->copy, tapped->outer.copy.payload, &digest);
    report_take(report, place, &tapped->copy, &digest, &tapped->meaning.finding);
}

static void add_icmp(struct report *report, const struct tapped_copy *tapped)
{
    const struct outer_packet *outer = &tapped->outer;
    const struct report_icmp icmp = {
        .too_big = outer->too_big,
        .mtu = outer->mtu,
        .quoted_length = outer->copy.claimed > 0 ? outer->headers + outer->copy.claimed : 0,
    };
    report_add_icmp(report, &tapped->copy, &icmp);
}

void report_fill_take(struct report_fill *fill, const struct tapped_copy *tapped)
{
    struct report *report = fill->report;
    struct analysis_place place = tapped->meaning.place;
    uint64_t whole = fragment_tap_take_whole(&fill->fragments, report, tapped);
    if (whole > 0)
        place.outer_length = whole;
    add_totals(report, &place, tapped);
    if (tapped->outer.copy.quoted)
        add_icmp(report, tapped);
    else
        add_copy(report, &place, tapped);
    fragment_tap_take_first(&fill->fragments, report, tapped);
}

const struct report *report_fill_sum(struct report_fill *fill)
{
    const struct analysis *analysis = copy_analysis_current();
    if (analysis == NULL)
        return NULL;
    fragment_tap_count_waiting(&fill->fragments, fill->report);
    report_sum(fill->report, analysis);
    return fill->report;
}
