/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the trials of a sequence have in common: each asks whether its copies are those of several
 * counters. Part of core/sequence/sequence-internal.h.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_TRIAL_H
#define CORE_SEQUENCE_SEQUENCE_TRIAL_H

enum sequence_trial_state {
    SEQUENCE_TRIAL_OPEN,
    SEQUENCE_TRIAL_REFUTED, /* nothing tells counters apart, as far as these copies show */
    SEQUENCE_TRIAL_PROVED
};

#endif
