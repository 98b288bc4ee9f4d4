/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All that listens to the plugin's taps: its statistics, Wireshark's over its copies, the export.
 * What they print goes nowhere.
 */
#ifndef TESTS_FUZZ_PLUGIN_TAPS_H
#define TESTS_FUZZ_PLUGIN_TAPS_H

/** Asks for every one of them. After epan_init(). */
void plugin_taps_start(void);

/** They begin anew, for another file. */
void plugin_taps_reset(void);

void plugin_taps_draw(void);

#endif
