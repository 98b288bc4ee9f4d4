/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What an extcap answers Wireshark: its interfaces, the controls of its toolbar, its link types,
 * and the fields of its options.
 */
#ifndef COLLECTOR_EXTCAP_EXTCAP_ANSWERS_H
#define COLLECTOR_EXTCAP_EXTCAP_ANSWERS_H

#include <stdio.h>

/** The controls of the toolbar, by their numbers. */
enum extcap_control {
    EXTCAP_CONTROL_RECEIVED,
    EXTCAP_CONTROL_LOST,
    EXTCAP_CONTROL_LATE,
    EXTCAP_CONTROL_DROPPED,
    EXTCAP_CONTROLS
};

void extcap_answer_interfaces(FILE *stream, const char *version);
void extcap_answer_dlts(FILE *stream);
void extcap_answer_config(FILE *stream);

#endif
