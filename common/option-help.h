/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The --help text of a program whose options GLib parses.
 */
#ifndef COMMON_OPTION_HELP_H
#define COMMON_OPTION_HELP_H

#include <glib.h>

/**
 * Prints the help of @p context on stdout, in ASCII.
 *
 * @param main_only  TRUE: without the options of groups other than the main one.
 */
void option_help_print(GOptionContext *context, gboolean main_only);

#endif
