/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The report for machines: a line of JSON for each interval, and one for the whole run. The keys
 * are those of docs/erspanrate.schema.json.
 */
#ifndef COLLECTOR_OUTPUT_JSON_LINES_H
#define COLLECTOR_OUTPUT_JSON_LINES_H

#include <stdio.h>

#include "collector/confinement/confinement.h"
#include "collector/meter/snapshot.h"

/** What came in an interval that ends at @p now. @param limit  sessions to show, the busiest. */
void json_lines_interval(FILE *stream, const struct snapshot *interval, const struct snapshot *now,
                         size_t limit);

/** @param from, how  as in text_summary(). */
void json_lines_total(FILE *stream, const struct snapshot *snapshot, const char *from,
                      const char *how, const struct confinement *confinement, size_t limit);

#endif
