/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a report adds up of one session, copy by copy. Private to core/report.
 */
#ifndef CORE_REPORT_REPORT_SESSION_H
#define CORE_REPORT_REPORT_SESSION_H

#include <glib.h>

#include "core/base/idle-queue.h"
#include "core/report/report-windows.h"
#include "core/report/report.h"

/** The copy with the highest number of a counter. The next gap begins after it. */
struct edge {
    uint64_t frame; /* 0: none yet */
    int64_t arrival_ns;
    size_t size; /* of the mirrored frame */
    uint32_t number;
};

/** Counts of some copies under one counter. */
struct tally {
    struct sequence_counts counts;
    uint64_t gaps;
    uint64_t revealed; /* numbers in them */
    uint32_t gap_max;
    struct edge edge;
};

/** The copies of one Hw ID. */
struct hw_id_tally {
    uint8_t hardware_id;
    struct tally tally;
};

/** The counter of a whole source, for all its sessions in the report. */
struct source_tally {
    const struct sequence_domain_source *source;
    size_t sessions;
    struct tally tally;
    struct sequence_counts foreign; /* copies in it that turned out to share no counter */
};

struct session_entry {
    struct idle_link idle;
    struct session_entry *next; /* of those whose streams meet in one slot */
    bool may_return;            /* sessions were merged before: perhaps this one, too */
    struct report_session session;
    const struct session *origin;
    const struct sequence_domain_source *source; /* NULL before a copy with a number */
    struct source_tally *of_source;              /* NULL before a copy that it counted */
    struct tally by_source;                      /* the session's part of the source's counter */
    struct tally by_session;
    GArray *hw_id_tallies; /* of struct hw_id_tally; NULL without any */
    struct window window_1ms;
    struct window window_100us;
};

struct session_entry *session_entry_new(const struct session *session);
void session_entry_free(struct session_entry *entry);

/**
 * Sets the source whose counter numbers the session's copies. It changes if the source was evicted
 * and came again.
 */
void session_entry_set_source(struct session_entry *entry,
                              const struct sequence_domain_source *source);

/** A copy that counts. */
void session_entry_add(struct session_entry *entry, const struct analysis_place *place,
                       const struct copy *copy, const struct analysis_finding *finding);

/** The TCP segment in it; NULL: there is none. */
void session_entry_add_segment(struct session_entry *entry, const struct copy *copy,
                               const struct tcp_segment *segment);

/** A copy of which only the first part is read: the outer IP packet goes on in another fragment. */
struct first_part {
    size_t payload;         /* bytes of the IP payload in that part */
    size_t inner_length;    /* bytes of the mirrored frame in it */
    size_t mirrored_length; /* as far as known by it */
    size_t overhead;
    bool cut;
};

/** @param payload  bytes of the IP payload in the fragment. */
struct first_part first_part_of(const struct analysis_place *place, const struct copy *copy,
                                size_t payload);

/** Bytes of frames that hold other parts of a copy that counts. */
void session_entry_add_fragment(struct session_entry *entry, int64_t arrival_ns, uint64_t bytes);

/** The copy came whole: with @p more bytes of its frame than the first part has. */
void session_entry_complete(struct session_entry *entry, const struct first_part *part,
                            size_t more);

/** Counts an ICMP error for the size of @p copy, which it quotes, if it may be true: anyone can
 * send one, but a packet that is not above the MTU would have been forwarded (RFC 5927,
 * section 7.2), and a packet is as long as its mirrored frame makes it. Returns its place in
 * session.icmp_mtus; REPORT_MTUS_MAX: it has none. */
uint8_t session_entry_note_mtu(struct session_entry *entry, const struct copy *copy,
                               const struct report_icmp *icmp);

/** The tally of that Hw ID, made if there is none. Valid until another is made. */
struct hw_id_tally *session_entry_hw_id_tally(struct session_entry *entry, uint8_t hardware_id);

/** The session's part of the counter that leads, for copies of that Hw ID; NULL if none came. */
const struct tally *session_entry_tally(const struct session_entry *entry, uint8_t hardware_id);

/** Fills what depends on the domain that leads: session.domain, session.sequence and the like. */
void session_entry_sum(struct session_entry *entry, enum sequence_domain_kind kind);

#endif
