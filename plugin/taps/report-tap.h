/* report-tap.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Statistics that sum up copies in a core report and print it at the end: tshark -z NAME[,filter],
 * or a window of Wireshark's Statistics menu.
 */
#ifndef PLUGIN_TAPS_REPORT_TAP_H
#define PLUGIN_TAPS_REPORT_TAP_H

#include "core/report/report.h"
#include "plugin/base/compat.h"

/** Appends what is to be printed to @p out. @p filter is NULL without one. */
typedef void (*report_print)(const struct report *report, const char *filter, GString *out);

/**
 * Registers "-z NAME[,filter]".
 *
 * @param name   and
 * @param title  live as long as the program.
 */
void report_tap_register(const char *name, const char *title, report_print print);

/**
 * Adds it to the menu, as a window of text about the copies that the display filter shows.
 *
 * @param title  lives as long as the program.
 */
void report_window_register(const char *title, report_print print);

#endif
