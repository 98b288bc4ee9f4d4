/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads the latest copies of a sequence again, as those of several counters. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_ADOPT_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_ADOPT_H

#include "core/sequence/sequence-label-trial.h"

/**
 * Replaces what @p sequence has made of its copies since its trial began: the copies of each value
 * of @p part are those of a counter, except where these are few.
 *
 * @return the finding of the last copy of the trial, which @p sequence has not taken yet.
 */
struct sequence_finding sequence_split_adopt(struct sequence *sequence,
                                             enum sequence_label_part part);

#endif
