/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A stream whose writes a signal does not break off: a report that a slow reader takes comes whole,
 * also after the signal that asks for the end (common/signals.h).
 */
#ifndef COMMON_RETRYING_STREAM_H
#define COMMON_RETRYING_STREAM_H

#include <stdio.h>

/** A stream to where @p over writes, which stays open; @p over itself if that is a terminal. What
 * fails otherwise fails as with @p over. */
FILE *retrying_stream_new(FILE *over);

/** @param stream  from retrying_stream_new() of @p over; or NULL. */
void retrying_stream_free(FILE *stream, const FILE *over);

#endif
