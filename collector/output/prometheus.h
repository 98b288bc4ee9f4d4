/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The counts as a file in Prometheus' text format, for node_exporter's textfile collector.
 */
#ifndef COLLECTOR_OUTPUT_PROMETHEUS_H
#define COLLECTOR_OUTPUT_PROMETHEUS_H

#include "collector/meter/snapshot.h"
#include "common/confinement/file-replacer.h"

/** Of a new file: another user's program reads it. */
enum { PROMETHEUS_MODE = 0666 };

/**
 * Replaces @p path as a whole: a reader sees the old file or the new one.
 *
 * @param replacer  has been made for @p path; NULL: this process may write there itself.
 * @param limit  sessions with series of their own, the busiest since the beginning; gauges sum up
 *               the others. Of pairs of observation points, too: those with the most frames.
 */
gboolean prometheus_write(const char *path, struct file_replacer *replacer,
                          const struct snapshot *snapshot, const char *from, size_t limit,
                          GError **error);

#endif
