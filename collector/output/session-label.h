/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A session's name in tables and diagrams.
 */
#ifndef COLLECTOR_OUTPUT_SESSION_LABEL_H
#define COLLECTOR_OUTPUT_SESSION_LABEL_H

#include "core/report/report-session.h"

enum { SESSION_LABEL_MAX = 2 * ADDRESS_TEXT_MAX + 32 };

/** "192.0.2.1 > 192.0.2.2, 7"; without the ID where there is none, and with "-" for an address
 * whose header was taken off (quirk Q20, GRE not captured). */
void session_label_put(const struct report_session *session, char label[static SESSION_LABEL_MAX]);

#endif
