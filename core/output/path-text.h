/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the network did between observation points, as a table and a sentence for each pair.
 */
#ifndef CORE_OUTPUT_PATH_TEXT_H
#define CORE_OUTPUT_PATH_TEXT_H

#include "core/paths/path-report.h"

/** Appends the pairs with most frames. @param limit  how many. @param colour  for a terminal. */
void path_text_put(const struct path_report *report, size_t limit, bool colour, GString *out);

#endif
