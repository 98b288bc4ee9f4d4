/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The counts of a session as JSON, by the names and in the order of SESSION_COUNTS.
 */
#ifndef CORE_OUTPUT_COUNTS_JSON_H
#define CORE_OUTPUT_COUNTS_JSON_H

#include "core/base/json.h"
#include "core/report/session-parts.h"

/** Puts one count into the open object: COUNTS_JSON_PUT(json, &session->counts, copies). */
#define COUNTS_JSON_PUT(JSON, COUNTS, MEMBER) COUNTS_JSON_PUT_RANGE(JSON, COUNTS, MEMBER, MEMBER)

/** Puts all counts that have a name, from @p FIRST to @p LAST. */
#define COUNTS_JSON_PUT_RANGE(JSON, COUNTS, FIRST, LAST)                                           \
    counts_json_put((JSON), (COUNTS), offsetof(struct session_counts, FIRST),                      \
                    offsetof(struct session_counts, LAST))

/** @param first, last  where the members lie in @p counts. */
void counts_json_put(struct json_writer *json, const struct session_counts *counts, size_t first,
                     size_t last);

#endif
