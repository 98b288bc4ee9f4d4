/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What of this host and of an interface holds back or drops what erspangen sends. Looks only, and
 * changes nothing.
 */
#ifndef GENERATOR_PREFLIGHT_SENDER_PREFLIGHT_H
#define GENERATOR_PREFLIGHT_SENDER_PREFLIGHT_H

#include "common/preflight/check.h"

/** Makes all checks. @return NULL with @p error if there is no such interface. */
struct check_report *sender_preflight_run(const char *interface, GError **error);

/** No queueing discipline holds back or drops what is sent. */
void sender_preflight_check_qdisc(const struct check_subject *subject, struct check_report *report);

#endif
