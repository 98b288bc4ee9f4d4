/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Carries a scenario out: all its sessions and markers, in the order of time.
 */
#ifndef GENERATOR_PLAY_H
#define GENERATOR_PLAY_H

#include "generator/frame.h"
#include "generator/scenario.h"
#include "generator/truth.h"

/**
 * Hands every frame to @p sink, in the order of time; stops at the first that it refuses. Memory:
 * no more than at the start, and what is late.
 *
 * @param truth  a new one of the scenario, which then tells what happened.
 */
gboolean play(const struct scenario *scenario, struct truth *truth, const struct frame_sink *sink,
              GError **error);

#endif
