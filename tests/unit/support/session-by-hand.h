/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Initializers of struct report_session: what a verdict asks of a session, without copies that make
 * it.
 */
#ifndef TESTS_UNIT_SUPPORT_SESSION_BY_HAND_H
#define TESTS_UNIT_SUPPORT_SESSION_BY_HAND_H

#include "core/report/report.h"

/* A session whose counter is its own. */
#define OWN .state.domain_row = REPORT_NO_ROW

/* Numbers of which some are lost, in runs. */
#define NUMBERS(came, missing, pieces)                                                             \
    OWN, .counts.copies = (came), .sequence = {.copies = (came), .lost = (missing)},               \
         .counts.gaps = (pieces), .counts.revealed = (missing),                                    \
         .extremes.gap_max = ((missing) + (pieces)-1) / (pieces)

/* An ICMP error. @p quoted bytes has the packet that it quotes. */
#define ICMP(states, of_missing, believed, quoted)                                                 \
    .counts.icmp_too_big = 1, .counts.icmp_too_big_missing = (of_missing),                         \
    .state.icmp_mtu = (states),                                                                    \
    .state.icmp_mtus = {{.mtu = (states),                                                          \
                         .missing = (of_missing),                                                  \
                         .plausible = (believed),                                                  \
                         .quoted_least = (quoted)}}

/* Numbers of which as many as of @p frames full-size frames are missing; payload of these was
 * acknowledged, of which @p came bytes came. */
#define FULL_SIZE(missing, longest_run, frames, came, largest)                                     \
    NUMBERS_OF_FRAMES(missing, longest_run, largest), .flows = {.delivered = (frames)*1448,        \
                                                                .captured = (came),                \
                                                                .implied_frames = (frames),        \
                                                                .implied_max = 1514}

#define NUMBERS_OF_FRAMES(missing, longest_run, largest)                                           \
    OWN, .counts.copies = 100, .sequence = {.copies = 100, .lost = (missing)}, .counts.gaps = 100, \
         .counts.revealed = (missing), .extremes.gap_max = (longest_run),                          \
         .extremes.mirrored_max = (largest), .extremes.inner_max = (largest),                      \
         .extremes.overhead = 50

/* Of 40 missing copies 30 were ACKs; @p bytes of payload are missing, in directions of which none
 * came. */
#define LOST_ACKS(bytes)                                                                           \
    NUMBERS(100, 40, 40), .extremes.mirrored_max = 1514,                                           \
                          .flows = {.delivered = (bytes),                                          \
                                    .implied_frames = (bytes) / 1448,                              \
                                    .implied_max = 1514,                                           \
                                    .frames_implied = (double)(bytes) / 1448,                      \
                                    .hidden_implied = (double)(bytes) / 1448,                      \
                                    .frames = {.copies = {100, 0}, .frames = {130, 0}}}

#endif
