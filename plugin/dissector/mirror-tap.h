/* mirror-tap.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Mirrors that are not ERSPAN (core/wire/mirror-header.h), for statistics and export. Wireshark's
 * own dissectors show them; behind these, each frame is read once more by the rules of the
 * preference erspan.mirrors.
 */
#ifndef PLUGIN_DISSECTOR_MIRROR_TAP_H
#define PLUGIN_DISSECTOR_MIRROR_TAP_H

void proto_register_mirror_tap(void);
void proto_reg_handoff_mirror_tap(void);

#endif
