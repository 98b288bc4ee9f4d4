/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What arrived where no copy did, and what may be the reason. Part of
 * collector/output/text-report.h.
 */
#ifndef COLLECTOR_OUTPUT_TEXT_ABSENCE_H
#define COLLECTOR_OUTPUT_TEXT_ABSENCE_H

#include "collector/output/text-report.h"

/** Of a run without any copy. */
void text_absence(const struct text_report *text, const struct snapshot *snapshot);

#endif
