/* fragment-tap.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The frames in which fragments of outer packets came. Wireshark hands a copy on with the last of
 * them, as if its frame were all; or, when it shall not put fragments together, with the first.
 */
#ifndef PLUGIN_TAPS_FRAGMENT_TAP_H
#define PLUGIN_TAPS_FRAGMENT_TAP_H

#include "core/report/report-fragments.h"
#include "plugin/base/compat.h"
#include "plugin/taps/tap.h"

struct fragment_tap {
    uint64_t frame; /* looked at last */
    bool waits;     /* a fragment that no tap took yet */
    struct arrived_fragment arrived;
};

/** Looks at each frame before its copies, once or more often. */
void fragment_tap_look(struct fragment_tap *tap, struct report *report, const packet_info *pinfo,
                       const epan_dissect_t *edt);

/** The fragment looked at last holds no copy. Also to be called after the last frame. */
void fragment_tap_count_waiting(struct fragment_tap *tap, struct report *report);

/**
 * A copy came in the frame looked at last.
 *
 * @return bytes of all frames that carried it; 0: those of that frame alone.
 */
uint64_t fragment_tap_take_whole(struct fragment_tap *tap, struct report *report,
                                 const struct tapped_copy *tapped);

/** The report has taken that copy: it may be the first part of one. */
void fragment_tap_take_first(struct fragment_tap *tap, struct report *report,
                             const struct tapped_copy *tapped);

#endif
