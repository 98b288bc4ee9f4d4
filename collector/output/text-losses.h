/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where the copies that are missing were lost, by the counters of this machine; or that nothing
 * was lost, or that loss cannot be known. Private to collector/output.
 */
#ifndef COLLECTOR_OUTPUT_TEXT_LOSSES_H
#define COLLECTOR_OUTPUT_TEXT_LOSSES_H

#include "collector/output/text-report.h"

/** Of a live run: a file tells nothing of the machine that captured it. */
void text_losses(const struct text_report *text, const struct snapshot *snapshot);

#endif
