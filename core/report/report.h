/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Sums over copies: per session, per sequence domain and in total. `tshark -z erspan,sessions` and
 * erspanrate both print a report, filled from the same findings, so their numbers agree. A display
 * filter may leave out copies: the report then counts only what the selected copies revealed.
 */
#ifndef CORE_REPORT_REPORT_H
#define CORE_REPORT_REPORT_H

#include "core/report/session-parts.h"
#include "core/visibility/flow-union.h"

enum {
    REPORT_GAPS_DEFAULT = 10000, /* kept in the list of gaps */
    REPORT_DEPTH_LEAST = 32,     /* copies inside copies are found at least to this depth */
    REPORT_QUOTES_MAX = 4096     /* ICMP errors whose number waits for report_sum() */
};

struct report_domain {
    struct address source;
    struct address destination;
    enum sequence_domain_kind kind;
    int64_t id;          /* of the session; SESSION_NO_ID for a whole source */
    uint8_t hardware_id; /* for DOMAIN_HARDWARE_ID */
    struct sequence_counts sequence;
    bool loss_known; /* as of a session */
};

/** A gap as the first copy after it revealed it. */
struct report_gap {
    struct address source;
    struct address destination;
    enum sequence_domain_kind kind;
    int64_t id; /* of the session whose copy revealed it */
    uint8_t hardware_id;
    uint64_t first; /* number */
    uint32_t lost;
    uint32_t came_late; /* of these; at the end of the capture lost - came_late are missing. A copy
                           that began the counter again may be among them */
    uint64_t frame_before; /* 0: none */
    uint64_t frame_after;
    int64_t before_ns; /* arrival; equal to after_ns without a frame before */
    int64_t after_ns;
    size_t size_before; /* mirrored lengths around it; 0 if not known */
    size_t size_after;
};

/**
 * Evicted sessions: those with one copy first, then the longest idle. A session that comes again
 * after its eviction counts as a new session.
 */
struct report_merged {
    uint64_t sessions;
    struct report_session sum; /* of their counts; loss_known: of the sequences of some */
};

/**
 * Totals of all packets. The caller that reads packets fills the members that are not of sessions.
 */
struct report_totals {
    uint64_t frames; /* seen, of any kind */
    uint64_t bytes;
    uint64_t not_erspan;
    uint64_t later_fragments; /* of outer IP packets that may carry copies */
    uint64_t first_fragments; /* copies in the first fragment of several: counted in sessions too */
    uint64_t markers;
    uint64_t broken; /* copies cut in their header, versions unknown */
    uint64_t icmp_errors;
    uint64_t dropped_kernel; /* ring or socket buffer */
    uint64_t dropped_interface;
    uint64_t dropped_program;
    int64_t first_ns;
    int64_t last_ns;
    uint64_t lost;           /* in all domains of which loss_known; by report_sum() */
    bool loss_known;         /* of any domain */
    struct flow_union flows; /* of all sessions, each byte once; by report_sum() */
};

struct report;

/** @param memory_limit  bytes for sessions, gaps and flows. */
struct report *report_new(size_t memory_limit);
void report_free(struct report *report);

const struct report_totals *report_totals_so_far(const struct report *report);

/** Counts a packet of any kind, in order of capture. @param bytes  on the wire. */
void report_count_frame(struct report *report, int64_t arrival_ns, size_t bytes);

/** What a packet, or a copy in one, turned out to be. */
enum report_event {
    REPORT_NOT_ERSPAN,
    REPORT_FIRST_FRAGMENT,
    REPORT_LATER_FRAGMENT,
    REPORT_MARKER,
    REPORT_BROKEN,
    REPORT_ICMP_ERROR
};

/** Adds 1 to the member of struct report_totals that counts such events. */
void report_count(struct report *report, enum report_event event);

/** Takes back one REPORT_NOT_ERSPAN: a packet that was held turned out to be of a mirror. */
void report_count_as_mirror(struct report *report);

/** What the machine that receives dropped up to now, for totals.dropped_*. */
void report_set_drops(struct report *report, uint64_t kernel, uint64_t interface, uint64_t program);

/**
 * Adds a copy that was taken by analysis_take(), once, and whose session lives until the last
 * report_sum(). Copies inside others follow those in the same frame that they are in. A quoted copy
 * changes nothing: see report_add_icmp().
 *
 * @param segment  the TCP segment in the mirrored frame, or that it was cut; NULL: there is none.
 */
void report_add(struct report *report, const struct analysis_place *place, const struct copy *copy,
                const struct tcp_segment *segment, const struct analysis_finding *finding);

/** The session is freed: its copies stay in report_merged(). */
void report_forget(struct report *report, const struct session *session);

/** What an ICMP error says about the packet that it quotes. */
struct report_icmp {
    bool too_big;         /* fragmentation needed, or Packet Too Big */
    uint32_t mtu;         /* that it states; 0: none */
    size_t quoted_length; /* bytes of the whole quoted packet, as its IP header states; 0: not known
                           */
};

/** An ICMP error quotes a copy. A session of which no copy was ever seen is left out. */
void report_add_icmp(struct report *report, const struct copy *copy,
                     const struct report_icmp *icmp);

/**
 * Computes what depends on all copies: chooses the leading candidates, sums the flows. @p analysis
 * is the one whose findings were added; it may not be freed before the last call.
 */
void report_sum(struct report *report, const struct analysis *analysis);

/** The connections of several reports, each byte once. Nobody may add to any of them meanwhile. */
struct flow_union report_flows(const struct report *const *reports, size_t count);

/** Begins a new interval for the interval peaks. */
void report_begin_interval(struct report *report);

/** After report_sum(): in order of stream; valid until the next report_add(). */
size_t report_session_count(const struct report *report);
const struct report_session *report_session(const struct report *report, size_t index);
size_t report_domain_count(const struct report *report);
const struct report_domain *report_domain(const struct report *report, size_t index);
size_t report_gap_count(const struct report *report);
const struct report_gap *report_gap(const struct report *report, size_t index);
uint64_t report_gaps_dropped(const struct report *report); /* beyond REPORT_GAPS_DEFAULT */
/** The sessions that made room for others. */
const struct report_merged *report_merged(const struct report *report);
/** How often memory_limit left no room for a session or a flow and, by the last report_sum(), that
 * of the analysis none for a session, a sequence or a clock. */
uint64_t report_given_up(const struct report *report);

#endif
