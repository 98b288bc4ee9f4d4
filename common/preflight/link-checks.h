/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Checks that sender and collector both make.
 */
#ifndef COMMON_PREFLIGHT_LINK_CHECKS_H
#define COMMON_PREFLIGHT_LINK_CHECKS_H

#include "common/preflight/check.h"
#include "common/preflight/link-table.h"

/** The interface is up, has a carrier and is of Ethernet. */
void link_checks_state(const struct check_subject *subject, struct check_report *report);

/** The MTU holds copies of frames of 1514 bytes, of each type, over IPv4 and IPv6. */
void link_checks_mtu(const struct check_subject *subject, struct check_report *report);

/** The ring is as large as the driver allows. @p direction  "receive" or "send". */
void link_checks_ring(const struct check_subject *subject, struct check_report *report,
                      const char *direction);

/** No governor lowers the clock of the processors under load. */
void link_checks_governor(const struct check_subject *subject, struct check_report *report);

/** Finds the interface and runs the checks about it.
 *  @param root   as in struct check_subject.
 *  @return NULL with @p error if there is no such interface. */
struct check_report *link_checks_run(const struct check *checks, size_t count, const char *root,
                                     const char *interface, const void *plan, GError **error);

#endif
