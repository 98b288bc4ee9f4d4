/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The counts as a file in Prometheus' text format, for node_exporter's textfile collector.
 */
#ifndef COLLECTOR_OUTPUT_PROMETHEUS_H
#define COLLECTOR_OUTPUT_PROMETHEUS_H

#include "collector/meter/snapshot.h"

/**
 * Replaces @p path as a whole: a reader sees the old file or the new one.
 *
 * @param limit  sessions with series of their own, the busiest since the beginning; gauges sum up
 *               the others. Of pairs of observation points, too: those with the most frames.
 */
gboolean prometheus_write(const char *path, const struct snapshot *snapshot, const char *from,
                          size_t limit, GError **error);

#endif
