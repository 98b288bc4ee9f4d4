/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Compares one copy with all copies before it: its sequence number, its source time, and whether
 * the same frame was mirrored before. Plugin and collector call it once for each copy, in order of
 * capture, and put the results into a report (core/report/report.h).
 */
#ifndef CORE_ANALYSIS_ANALYSIS_H
#define CORE_ANALYSIS_ANALYSIS_H

#include "core/analysis/fingerprint-table.h"
#include "core/clock/clock.h"
#include "core/copy/copy.h"
#include "core/sequence/sequence-domain.h"

enum {
    ANALYSIS_MEMORY_DEFAULT = 256 << 20, /* bytes for all state of an analysis */
    ANALYSIS_AHEAD_MAX = FINGERPRINT_AHEAD_MAX
};

struct analysis_policy {
    enum sequence_domain_policy domain;
    size_t memory_limit; /* bytes, 64 KiB at least; 0: ANALYSIS_MEMORY_DEFAULT */
    bool revisits; /* the caller will call analysis_again() for each copy; the state of clocks and
                      sessions that this needs is never evicted, even beyond memory_limit */
    bool filtered; /* a report may be given a part of the copies: sessions count all of them */
};

/** Where and when a copy was captured. */
struct analysis_place {
    uint64_t frame;     /* number in the capture, from 1 */
    int64_t arrival_ns; /* Unix time */
    size_t
        outer_length; /* bytes of the frame that carried it, on the wire, from the link layer on */
    size_t outer_headers; /* bytes from the outer IP header to the end of GRE. 0: not known, and
                             then taken for IP without options, GRE without key and checksum */
    unsigned depth;       /* 1; more for a copy inside a copy (quirk Q22, nested copies) */
    /* What may tell the counters of one session apart; 0: not known */
    uint64_t outer_mac;  /* source of the outer Ethernet header */
    uint16_t outer_vlan; /* of its outermost tag */
    uint8_t outer_ttl;   /* or hop limit */
};

/** A copy among those that show the same content; core/paths follows frames by it. */
struct analysis_content {
    bool known;      /* the copy has a number: its mirrored frame has bytes */
    bool duplicate;  /* the copy itself came before */
    bool repeated;   /* its point showed the same content shortly before, as copy `before` */
    uint32_t number; /* one more than the last copy's that had one, modulo 2^32 */
    uint32_t first;  /* of the copy that showed this frame first; `number` if none did */
    uint32_t before;
};

struct analysis_finding {
    /* False for a quote (Q23, quoted copy), a copy inside another (Q22, nested copies), a copy
     * whose header is cut and a copy without a session: these are left out of sequence, clock and
     * flow. */
    bool counts;
    bool has_sequence;
    uint64_t copy_of;           /* the frame in which the same frame was mirrored before; 0 */
    bool copy_of_other_session; /* with copy_of */
    struct analysis_content content;
    bool has_time;          /* Type III, and the clock is known; or a stamp */
    struct clock_time time; /* method CLOCK_UNKNOWN without has_time */
    bool has_time_delta;
    int64_t time_delta_ns; /* since the session's copy before, by the source's clock */
    int64_t delay_ns;      /* arrival less source time; 0 unless has_time and time.absolute */
    double jitter_ns;      /* RFC 3550; with has_time */
    struct sequence_domain_finding domain; /* with has_sequence; else untouched, for it is large */
};

struct analysis;

struct analysis *analysis_new(const struct analysis_policy *policy);
void analysis_free(struct analysis *analysis);

/**
 * Stores the bytes of a mirrored frame that analysis_take() needs, so that the caller may release
 * the packet first. They stay valid while analysis_ahead() frames more are stored. One thread may
 * store frames while another calls all else of this file.
 */
struct fingerprint_frame analysis_keep(struct analysis *analysis, struct bytes frame,
                                       struct frame_payload packet);

/** Frames that may be stored before the copy of the first of them is taken, 14 at least; all memory
 * that is not very short has room for ANALYSIS_AHEAD_MAX. */
size_t analysis_ahead(const struct analysis *analysis);

/**
 * @param content  what analysis_keep() kept of the mirrored frame.
 *
 * The session already has a stream: copy_read() assigned it.
 */
void analysis_take(struct analysis *analysis, const struct analysis_place *place,
                   const struct copy *copy, const struct fingerprint_frame *content,
                   struct analysis_finding *finding);

/** What analysis_keep() kept of the copy that was taken last. */
struct bytes analysis_kept(const struct analysis *analysis,
                           const struct fingerprint_frame *content);

/** The session is freed to make room for another: forgets what is kept of it. */
void analysis_forget(struct analysis *analysis, struct session *session);

/** Prefetches into the cache what analysis_take() will read for this copy. */
void analysis_prefetch(const struct analysis *analysis, const struct copy *copy,
                       const struct fingerprint_frame *content);

/** A marker packet came from @p source. */
void analysis_take_marker(struct analysis *analysis, const struct address *source,
                          const struct marker *marker, int64_t arrival_ns, uint64_t frame);

/**
 * Returns the time that analysis_take() gave this copy. Changes no state.
 */
struct clock_time analysis_time_again(struct analysis *analysis, const struct address *source,
                                      const struct erspan_header *header, int64_t arrival_ns,
                                      uint64_t frame);

/**
 * Returns what can be computed again for a copy that analysis_take() processed before: whether it
 * counts, its time, its sequence counters as they are known now. Each sequence finding is
 * SEQUENCE_NEXT. Changes no state.
 */
void analysis_again(struct analysis *analysis, const struct analysis_place *place,
                    const struct copy *copy, struct analysis_finding *finding);

/** The leading candidate for the sequence domain of this source. */
enum sequence_domain_kind analysis_domain(const struct analysis *analysis,
                                          const struct session_key *key);

/** How many counters the copies of the session and Hw ID have; 0: none is known. @p apart: what
 * tells them apart, see sequence_counters(). */
unsigned analysis_counters(const struct analysis *analysis, const struct session_key *key,
                           uint8_t hardware_id, unsigned *apart);

/** Copies whose sequence, or clock, did not fit into memory_limit. */
uint64_t analysis_given_up(const struct analysis *analysis);
/**
 * Of the copies that have a number, those that no counter took: for want of memory, or of a
 * session. If their counter is shared with other copies, it counts these copies as lost although
 * they arrived.
 */
uint64_t analysis_unfollowed(const struct analysis *analysis);
/** Bytes of all state; not above memory_limit. */
size_t analysis_memory(const struct analysis *analysis);

#endif
