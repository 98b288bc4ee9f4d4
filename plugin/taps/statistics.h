/* statistics.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * The statistics over ERSPAN copies: docs/plugin.md shows each.
 */
#ifndef PLUGIN_TAPS_STATISTICS_H
#define PLUGIN_TAPS_STATISTICS_H

#include <ws_version.h>

/** The entry of the Statistics menu. Since 4.6 Wireshark makes a submenu of what stands before "/";
 * before, a plugin gets one for statistic trees alone. */
#if WIRESHARK_VERSION_MAJOR > 4 || (WIRESHARK_VERSION_MAJOR == 4 && WIRESHARK_VERSION_MINOR >= 6)
#define ERSPAN_MENU(flat, in_submenu) "ERSPAN/" in_submenu
#else
#define ERSPAN_MENU(flat, in_submenu) "ERSPAN " flat
#endif

void statistics_register(int proto);

void statistic_bandwidth_register(void);    /* -z erspan,bandwidth */
void statistic_json_register(void);         /* -z erspan,json */
void statistic_loss_register(void);         /* -z erspan,loss */
void statistic_paths_register(void);        /* -z erspan,paths */
void statistic_sessions_register(void);     /* -z erspan,sessions */
void statistic_tables_register(void);       /* Statistics menu, -z erspan,table ... */
void statistic_tree_register(void);         /* -z erspan,tree */
void statistic_conversations_register(int); /* -z conv,erspan; the protocol */

#endif
