/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the network did between two mirrors, in Prometheus' text format.
 */
#ifndef COLLECTOR_OUTPUT_PROMETHEUS_PATHS_H
#define COLLECTOR_OUTPUT_PROMETHEUS_PATHS_H

#include "core/paths/path-report.h"

/**
 * Appends the metrics of the pairs with the most frames: the counts, and a histogram of delays with
 * their uncertainty.
 *
 * @param from  value of the label "from", escaped.
 * @param limit  pairs at most. Each has PATH_BUCKETS + 9 series.
 */
void prometheus_paths_put(GString *text, const struct path_report *report, const char *from,
                          size_t limit);

#endif
