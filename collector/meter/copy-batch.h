/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The analysis and the report of what one thread receives. Copies wait in a batch until it is full:
 * what each will look up in memory is on its way into the cache while others are read, so that no
 * look-up waits for memory. Full batches may be analysed by a thread of their own, while the next
 * are read. Nothing else differs from taking each at once.
 */
#ifndef COLLECTOR_METER_COPY_BATCH_H
#define COLLECTOR_METER_COPY_BATCH_H

#include "collector/meter/snapshot.h"
#include "core/report/report-fragments.h"

struct copy_batch;

/**
 * @param paths_memory  bytes to follow frames from point to point in; 0: they are not followed.
 * @param threaded      full batches get a thread of their own, if the system has one to give, and
 * the analysis enough memory. All functions are still called from one thread.
 */
struct copy_batch *copy_batch_new(const struct analysis_policy *policy, size_t paths_memory,
                                  bool threaded);
void copy_batch_free(struct copy_batch *copy_batch);

/** For the owner to count packets in; what it holds of copies lags behind by a batch. */
struct report *copy_batch_report(struct copy_batch *copy_batch);

/** The session is freed to make room: what waits is taken, and what is known of it forgotten. */
void copy_batch_forget(struct copy_batch *copy_batch, struct session *session);

/** Room for the copy that comes next. What was read into it stays there until the next is. */
struct copy *copy_batch_slot(struct copy_batch *copy_batch);

/** Takes what was read into the room. @p payload is the copy's, and borrowed for the call alone.
 * @return true if the mirrored frame holds a TCP segment. */
bool copy_batch_put_copy(struct copy_batch *copy_batch, const struct analysis_place *place,
                         struct bytes payload);

/** What the copy that was put last meant: it is taken now, and waits for no others. Valid until the
 * next copy is put. */
const struct analysis_finding *copy_batch_finding(struct copy_batch *copy_batch);

/** The copy that was put last was in a first fragment: see report_add_first_fragment(). */
void copy_batch_put_first_fragment(struct copy_batch *copy_batch,
                                   const struct arrived_fragment *arrived,
                                   const struct analysis_place *place, const struct copy *copy);

/** See report_add_fragment(). @return true if a session has its bytes. */
bool copy_batch_put_fragment(struct copy_batch *copy_batch, const struct arrived_fragment *arrived);

/** An ICMP error quotes what was read into the room: see report_add_icmp(). */
void copy_batch_put_icmp(struct copy_batch *copy_batch, const struct report_icmp *icmp);

/** See analysis_take_marker(). */
void copy_batch_put_marker(struct copy_batch *copy_batch, const struct address *source,
                           const struct marker *marker, int64_t arrival_ns, uint64_t frame);

/** No copy will come any more. */
void copy_batch_end(struct copy_batch *copy_batch);

/** See packet_processor_snapshot(). */
void copy_batch_snapshot(struct copy_batch *copy_batch, struct snapshot *snapshot);

#endif
