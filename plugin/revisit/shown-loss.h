/* shown-loss.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/** @file
 * Keeps the numbers of missing copies that frames show in step with the sum. In tshark's only pass
 * a frame is shown before a later one proves how many it missed: the later one shows the
 * difference.
 */
#ifndef PLUGIN_REVISIT_SHOWN_LOSS_H
#define PLUGIN_REVISIT_SHOWN_LOSS_H

#include "core/sequence/sequence-domain.h"
#include "plugin/base/compat.h"

struct shown_loss;

struct shown_loss *shown_loss_new(void);
void shown_loss_free(struct shown_loss *memory);

/** The numbers that a frame shows as missing before its copy. */
uint32_t shown_loss_of(const struct sequence_finding *finding);

/** Of a copy on its first visit: what it changes in the missing copies of its source, beside
 * shown_loss_of() it; also where its source turned out to have another counter than was thought. To
 * be asked once for each copy that has a counter. */
int32_t shown_loss_change(struct shown_loss *memory, const struct sequence_domain_finding *domain);

/** The same of a copy whose meaning is settled: no other has to be taken back. */
int32_t shown_loss_settled_change(const struct sequence_finding *finding);

#endif
