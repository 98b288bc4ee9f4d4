/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The mirrored frames of a session: of those that come again and again, each is made once.
 */
#ifndef GENERATOR_TRAFFIC_INNER_FRAMES_H
#define GENERATOR_TRAFFIC_INNER_FRAMES_H

#include "generator/traffic/inner.h"

struct inner_frames;

/** Takes a copy of the plan. Free with inner_frames_free(). */
struct inner_frames *inner_frames_new(const struct inner_plan *plan);
void inner_frames_free(struct inner_frames *frames);

/** Appends frame @p n, as inner_write() does. */
void inner_frames_write(struct inner_frames *frames, uint64_t n, struct buffer *out);

#endif
