/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The report for machines: a line of JSON for each interval, and one for the whole run. The keys
 * are those of docs/erspanrate.schema.json.
 */
#ifndef COLLECTOR_OUTPUT_JSON_LINES_H
#define COLLECTOR_OUTPUT_JSON_LINES_H

#include <stdio.h>

#include "collector/meter/snapshot.h"
#include "collector/output/packet-writer.h"
#include "collector/output/text-handoff.h"
#include "common/confinement/confinement.h"

/** What came in an interval that ends at @p now. @param limit  sessions to show, the busiest. */
void json_lines_interval(FILE *stream, const struct snapshot *interval, const struct snapshot *now,
                         size_t limit);

/** What is said of a run besides its counts. */
struct json_lines_run {
    const char *from; /* as in text_summary() */
    const char *how;  /* the same */
    const struct confinement *confinement;
    const struct packet_writer_counts *written; /* NULL: no packets are written */
    const struct handed_on *handed_on;          /* NULL: no frames are */
};

void json_lines_total(FILE *stream, const struct snapshot *snapshot,
                      const struct json_lines_run *run, size_t limit);

#endif
