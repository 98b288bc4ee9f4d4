/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the analysis found about a frame, as a comment that Wireshark shows with it.
 */
#ifndef COLLECTOR_EXTCAP_FRAME_COMMENT_H
#define COLLECTOR_EXTCAP_FRAME_COMMENT_H

#include "collector/meter/mirrored-sink.h"

enum { FRAME_COMMENT_MAX = 256 };

/** "6 copies are missing before this one"; "" where there is nothing to say. */
void frame_comment_put(const struct mirrored_frame *frame, char comment[static FRAME_COMMENT_MAX]);

#endif
