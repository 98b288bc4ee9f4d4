/* settled-findings.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * What copies turned out to mean after they were analysed: the table that later visits ask. Only
 * copies whose meaning changed are in it.
 */
#ifndef PLUGIN_REVISIT_SETTLED_FINDINGS_H
#define PLUGIN_REVISIT_SETTLED_FINDINGS_H

#include "core/sequence/sequence-domain.h"
#include "plugin/base/compat.h"

struct settled_findings;

struct settled_findings *settled_findings_new(void);
void settled_findings_free(struct settled_findings *memory);

/** Keeps what a copy revised. */
void settled_findings_keep(struct settled_findings *memory,
                           const struct sequence_domain_finding *domain);

/** Fills domain.settled of a copy that is visited again, from domain.finding and what is kept.
 * @param number  the copy's sequence number. */
void settled_findings_restore(const struct settled_findings *memory, uint64_t frame,
                              uint32_t number, struct sequence_domain_finding *domain);

/** The frame of the copy that began the sequence again, if it is for this copy to tell: the one
 * that proved it, or else that copy. 0 if not. The copy's domain.settled is restored. */
uint64_t settled_findings_restart(const struct settled_findings *memory, uint64_t frame,
                                  const struct sequence_domain_finding *domain);

#endif
