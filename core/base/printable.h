/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Text of others, as names of files, for people to read: it moves no cursor, colours nothing,
 * begins no line and does not turn the order of what stands beside it.
 */
#ifndef CORE_BASE_PRINTABLE_H
#define CORE_BASE_PRINTABLE_H

#include <glib.h>
#include <stdbool.h>

/** True for what is not seen but changes how other text is shown: control characters, separators
 * of lines, marks of direction (Unicode's Bidi_Control), and what is no character. */
bool printable_is_hidden(gunichar character);

/**
 * The text with what is hidden written out, as \\x1b and \\u202e, and bytes that are no UTF-8 as
 * \\xff. To be freed.
 *
 * @param kept  hidden characters of one byte that stay, as "\n".
 */
char *printable_text(const char *text, const char *kept);

#endif
