/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The checks of a collector, for the table in preflight.c and for tests. The plan of the subject is
 * a struct preflight_plan.
 */
#ifndef COLLECTOR_PREFLIGHT_PREFLIGHT_CHECKS_H
#define COLLECTOR_PREFLIGHT_PREFLIGHT_CHECKS_H

#include "common/preflight/check.h"
#include "common/preflight/ethtool-query.h"

/* preflight-copies.c: what alters, takes or drops copies. */

/** Nothing joins segments of mirrored frames (LRO, GRO). */
void preflight_checks_offload(const struct check_subject *subject, struct check_report *report);

/** No tunnel device takes copies apart, or drops those that come late. */
void preflight_checks_tunnel(const struct check_subject *subject, struct check_report *report);

/** No XDP program of others is attached. */
void preflight_checks_xdp(const struct check_subject *subject, struct check_report *report);

/** No strict rp_filter keeps copies from a tunnel device. */
void preflight_checks_rp_filter(const struct check_subject *subject, struct check_report *report);

/* preflight-queues.c: how copies come from the card to the kernel. */

/** The receive hash shares GRE among the queues. */
void preflight_checks_spread(const struct check_subject *subject, struct check_report *report);

/** The same of an answer of the driver. */
void preflight_checks_judge_spread(const struct check_subject *subject,
                                   const struct ethtool_spread *spread,
                                   struct check_report *report);

/** The interrupts of the queues do not all go to one processor. */
void preflight_checks_interrupts(const struct check_subject *subject, struct check_report *report);

/** netdev_max_backlog is large enough where the backlog is used. */
void preflight_checks_backlog(const struct check_subject *subject, struct check_report *report);

/** netdev_budget and netdev_budget_usecs are not below the kernel's own values. */
void preflight_checks_budget(const struct check_subject *subject, struct check_report *report);

/* preflight-answers.c: firewall rules, and ICMP errors. */

/** No rule keeps GRE from a tunnel device. */
void preflight_checks_firewall(const struct check_subject *subject, struct check_report *report);

/** Copies are not answered by ICMP errors. */
void preflight_checks_answers(const struct check_subject *subject, struct check_report *report);

/* preflight-host.c: the process and the host. */

/** The kernel says that its clock is synchronised. */
void preflight_checks_clock(const struct check_subject *subject, struct check_report *report);

/** This process may receive. */
void preflight_checks_privileges(const struct check_subject *subject, struct check_report *report);

/** Limits leave the memory that the run may use. */
void preflight_checks_memory(const struct check_subject *subject, struct check_report *report);

/* preflight-disk.c */

/** Where captures are written, the disk takes what the link can bring. Writes a file without a name
 * for half a second, or 64 MiB. */
void preflight_checks_disk(const struct check_subject *subject, struct check_report *report);

#endif
