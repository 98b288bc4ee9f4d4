/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The pieces of Prometheus' text format.
 */
#ifndef COLLECTOR_OUTPUT_PROMETHEUS_TEXT_H
#define COLLECTOR_OUTPUT_PROMETHEUS_TEXT_H

#include <glib.h>

/** The value of a label, to stand between quotes: the format knows three escapes, and any other
 * makes its readers refuse the file. @return for the caller to free. */
char *prometheus_text_label(const char *value);

/** " VALUE" and the end of the line. */
void prometheus_text_put_number(GString *text, double value);

/** The two lines before the samples of a metric. */
void prometheus_text_put_head(GString *text, const char *name, const char *type, const char *help);

#endif
