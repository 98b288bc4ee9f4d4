/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A thread that receives from one source and counts what comes. Nobody else touches its counts: who
 * wants a look at them asks, and the worker takes it between two batches of packets.
 */
#ifndef COLLECTOR_METER_WORKER_H
#define COLLECTOR_METER_WORKER_H

#include "collector/meter/packet-processor.h"
#include "collector/meter/snapshot.h"
#include "collector/source/source.h"

struct worker;

/** @param source  the worker's from now on. */
struct worker *worker_new(struct source *source, const struct packet_processor_policy *policy);

/** Begins to receive, up to @p limit packets. */
void worker_start(struct worker *worker, uint64_t limit);

/** True if it has stopped by itself: limit, end of the source, or an error. */
bool worker_is_done(const struct worker *worker);

/** Asks for a look, and adds it to one: to have many workers look at once, ask all, then add.
 *  @param drops  by the machine since the beginning. */
void worker_ask(struct worker *worker, const struct drop_counters *drops);
void worker_add(struct worker *worker, struct snapshot *snapshot);

/** It will stop by itself, after what it waits for at most: to have many stop at once, ask all. */
void worker_ask_to_stop(struct worker *worker);

/** Asks, and waits for the end of it. FALSE with the error that ended it; its counts remain. */
gboolean worker_stop(struct worker *worker, GError **error);
void worker_free(struct worker *worker);

#endif
