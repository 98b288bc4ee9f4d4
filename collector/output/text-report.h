/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a person is shown: a table for each interval, and in the end the sum with the verdict.
 */
#ifndef COLLECTOR_OUTPUT_TEXT_REPORT_H
#define COLLECTOR_OUTPUT_TEXT_REPORT_H

#include <stdio.h>

#include "collector/meter/snapshot.h"

struct text_report {
    FILE *stream;
    size_t top;        /* sessions to show */
    bool terminal;     /* with colours, and each table in place of the one before */
    size_t lines_back; /* of the table before, to be overwritten; 0: none */
};

void text_begin(struct text_report *text, FILE *stream, size_t top);

/** What came in an interval that ends at @p now. */
void text_interval(struct text_report *text, const struct snapshot *interval,
                   const struct snapshot *now);

/** @param from  what was read: "eth1", "capture.pcap".
 *  @param how   of an interface: how it was received from, in words. NULL: a file. */
void text_summary(struct text_report *text, const struct snapshot *snapshot, const char *from,
                  const char *how);

#endif
