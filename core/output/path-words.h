/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the network did between two observation points, in words: the same in all outputs.
 */
#ifndef CORE_OUTPUT_PATH_WORDS_H
#define CORE_OUTPUT_PATH_WORDS_H

#include "core/paths/path-report.h"

/** "192.0.2.1 session 10", and what tells the point from others of its session: "ingress",
 *  "Hw ID 3", "index 5". @return for the caller to free. */
char *path_words_point(const struct path_point_row *row);

/** "192.0.2.1 session 10 > 192.0.2.1 session 20". @return for the caller to free. */
char *path_words_way(const struct path_report *report, const struct path_way *way);

/** A sentence of what is lost between the points of a pair, how long frames take, and how well that
 * is known. @return for the caller to free. */
char *path_words_pair(const struct path_report *report, const struct path_pair_row *pair);

/** "one_clock", "time_of_day", "free_clocks", "arrival": in JSON. */
const char *path_words_basis(enum path_basis basis);

/** "one", "two", "free", "arrival": in tables. */
const char *path_words_clock(enum path_basis basis);

/** "ttl", "time", "arrival": in JSON. */
const char *path_words_order(enum path_order order);

#endif
