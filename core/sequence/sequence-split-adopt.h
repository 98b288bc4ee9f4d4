/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Reads the latest copies of a sequence again, as those of several counters. Part of
 * core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_SPLIT_ADOPT_H
#define CORE_SEQUENCE_SEQUENCE_SPLIT_ADOPT_H

#include "core/sequence/sequence-trial-copies.h"

/**
 * Replaces what @p sequence has made of its copies since a trial began: the copies of each group
 * are those of a counter, except where these are few.
 *
 * @param base    the counter before the trial; it is moved, and empty afterwards.
 * @param copies  those of the trial, the last one included, which @p sequence has not taken yet.
 * @return the finding of the last copy.
 */
struct sequence_finding sequence_split_adopt(struct sequence *sequence,
                                             struct sequence_counter *base,
                                             const struct sequence_trial_copies *copies);

#endif
