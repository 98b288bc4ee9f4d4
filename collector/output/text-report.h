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
    size_t top;         /* sessions to show */
    const char *filter; /* that the packets had to pass; NULL: none */
    bool terminal;      /* with colours, and each table in place of the one before */
    size_t lines_back;  /* of the table before, to be overwritten; 0: none */
};

/** @param filter  as in struct report_options; lives as long as @p text. */
void text_begin(struct text_report *text, FILE *stream, size_t top, const char *filter);

/** What came in an interval that ends at @p now. */
void text_interval(struct text_report *text, const struct snapshot *interval,
                   const struct snapshot *now);

/** @param from  what was read: "eth1", "capture.pcap".
 *  @param how   of an interface: how it was received from, in words. NULL: a file. */
void text_summary(struct text_report *text, const struct snapshot *snapshot, const char *from,
                  const char *how);

#endif
