/* report-fill.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * A core report that is filled from the taps, for statistics of all kinds.
 */
#ifndef PLUGIN_TAPS_REPORT_FILL_H
#define PLUGIN_TAPS_REPORT_FILL_H

#include "plugin/taps/fragment-tap.h"

/** All zero before the first report_fill_reset(). */
struct report_fill {
    struct report *report;
    struct fragment_tap fragments;
};

/** Begins an empty report, in place of what there is. */
void report_fill_reset(struct report_fill *fill);

/** Frees the report. */
void report_fill_clear(struct report_fill *fill);

/** Every frame, before its copies, as fragments alone hold no copy. */
void report_fill_look(struct report_fill *fill, const packet_info *pinfo,
                      const epan_dissect_t *edt);

/** A copy that ERSPAN_TAP hands on, after report_fill_look() at its frame. */
void report_fill_take(struct report_fill *fill, const struct tapped_copy *tapped);

/** Sums up what was taken so far. @return NULL: the analysis is switched off. */
const struct report *report_fill_sum(struct report_fill *fill);

#endif
