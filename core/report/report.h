/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The sum over chosen copies, per session, per sequence domain and in all: what `tshark -z
 * erspan,sessions` and erspanrate print. Both fill it from the same findings, so that they cannot
 * disagree about a number. A report may see only some of the copies (a display filter): what it
 * counts is what these copies revealed.
 */
#ifndef CORE_REPORT_REPORT_H
#define CORE_REPORT_REPORT_H

#include "core/analysis/analysis.h"
#include "core/base/time-units.h"
#include "core/visibility/flow-union.h"
#include "core/visibility/flow.h"

enum {
    REPORT_SIZE_BUCKETS = 9,
    REPORT_GAPS_DEFAULT = 10000, /* kept in the list of gaps */
    REPORT_DEPTH_LEAST = 32,  /* so deep inside one another copies are looked for, at the least */
    REPORT_QUOTES_MAX = 4096, /* ICMP errors whose number waits for report_sum() */
    REPORT_MTUS_MAX = 4       /* different MTUs that ICMP errors state of a session's copies */
};

#define REPORT_NO_ROW     SIZE_MAX
#define REPORT_SILENCE_NS (100 * NS_PER_MS)

/** Upper bounds, inclusive, of the size histogram, in bytes of the mirrored frame; the last is
 * open: 63, 127, 255, 511, 1023, 1518, 4095, 9216. */
extern const size_t report_size_bounds[REPORT_SIZE_BUCKETS - 1];

/** ICMP errors for the size of copies that state one MTU. */
struct report_mtu {
    uint32_t mtu;        /* 0: they state none (RFC 1191, section 4) */
    uint64_t missing;    /* of the errors, such as quote a number that never came: as far as
                            icmp_too_big_missing knows */
    uint64_t plausible;  /* ... and such as quote a packet that is above the MTU (RFC 5927, section
                            7.2): only these count here */
    size_t quoted_least; /* bytes of the shortest packet that these quote, from its IP header on */
};

struct report_session {
    struct session_key key;
    uint32_t stream;
    uint32_t types;   /* 1u << enum erspan_type, of those seen */
    int64_t first_ns; /* arrival */
    int64_t last_ns;
    int64_t busy_ns;      /* from copy to copy, of each silence no more than REPORT_SILENCE_NS */
    uint64_t copies;      /* that count */
    uint64_t left_out;    /* more of them, which the report was not given; by report_sum() */
    uint64_t outer_bytes; /* of the frames that carried them, on the wire, from the link layer on */
    uint64_t inner_bytes; /* of mirrored frames, as far as the copies held them */
    uint64_t mirrored_bytes; /* of the frames as the source saw them */
    uint64_t quoted;         /* in ICMP errors: not in `copies` */
    uint64_t nested;         /* inside other copies: not in `copies` */
    uint64_t looped;         /* of these, inside a copy of this very session */
    unsigned depth_max;
    uint64_t truncated;    /* with T */
    uint64_t cut;          /* by T or by lengths */
    size_t inner_max;      /* largest inner_length of one copy */
    size_t mirrored_max;   /* largest mirrored length */
    uint64_t at_inner_max; /* cut copies of exactly inner_max bytes: a snap length */
    size_t cut_max;        /* the same among cut copies alone */
    uint64_t at_cut_max;
    size_t overhead;       /* bytes of the outer IP packet around the frame in the largest copy */
    uint64_t super_frames; /* mirrored above 1522 bytes */
    /* TCP in the frames: see `flows`, too */
    uint64_t headers_cut;     /* copies that end before a TCP header could be read */
    uint64_t headers_snapped; /* of these, such as the capture cut, not the source */
    uint64_t data_segments;   /* with payload */
    uint64_t other_bytes;     /* mirrored bytes of all frames but these */
    uint64_t sizes[REPORT_SIZE_BUCKETS];
    uint64_t ingress; /* Type III, D = 0 */
    uint64_t egress;
    uint64_t copies_of_copies; /* of which from another session: */
    uint64_t copies_of_other;
    uint64_t without_sequence;
    enum sequence_domain_kind domain; /* what leads */
    struct sequence_counts sequence; /* under it, of this session's copies. `lost`, where the domain
                                        is wider than the session, is of unknown owner: see the
                                        domains */
    bool constant_sequence;          /* quirk Q3 */
    unsigned counters; /* that its copies, or those of its source's counter, are of; 0: unknown */
    unsigned counters_apart; /* what tells several apart: 1u << enum sequence_label_part */
    uint64_t unfollowed;     /* copies with a number that memory_limit kept from its counter */
    bool loss_known;         /* false: sequence.lost means nothing, see core/report/loss.h */
    size_t domain_row;       /* for report_domain(), its first; REPORT_NO_ROW without */
    uint64_t runs;           /* of missing numbers, as its copies revealed them */
    uint64_t revealed;       /* numbers in them, with those that came late */
    uint32_t run_max;        /* numbers in the longest */
    /* the clock */
    uint64_t timed;           /* copies with a source time */
    enum clock_method method; /* the last copy's; CLOCK_UNKNOWN without any */
    uint64_t tick_ps;
    bool declared_lies;
    int64_t delay_min_ns; /* with absolute time only */
    int64_t delay_max_ns;
    double delay_mean_ns;
    double jitter_ns; /* the last copy's */
    uint64_t delays;  /* copies in the three above */
    /* the busiest windows: outer bits per second in them. Windows lie side by side, from multiples
     * of their length since 1970 on: a burst astride two of them counts in parts */
    uint64_t peak_1ms_bps;
    uint64_t peak_100us_bps;
    uint64_t interval_1ms_bps; /* the same since report_begin_interval() */
    uint64_t interval_100us_bps;
    uint64_t lossy_windows; /* of 1 ms, with a copy that revealed missing numbers */
    uint64_t lossy_1ms_bps; /* mean over these */
    /* ICMP errors that quote its copies: fragmentation needed or Packet Too Big, and others */
    uint64_t icmp_too_big;
    uint64_t icmp_too_big_missing; /* of these, such as quote a number that never came, by
                                      report_sum(): as far as gap list and REPORT_QUOTES_MAX tell */
    uint32_t icmp_mtu;             /* the smallest stated; 0 without */
    struct report_mtu icmp_mtus[REPORT_MTUS_MAX]; /* in order of appearance; `plausible` 0: none.
                                                     An error with one more MTU is not here */
    uint64_t icmp_other;
    /* filled by report_sum() */
    struct flow_totals flows;
};

struct report_domain {
    struct address source;
    struct address destination;
    enum sequence_domain_kind kind;
    int16_t id;          /* of the session; SESSION_NO_ID for a whole source */
    uint8_t hardware_id; /* for DOMAIN_HARDWARE_ID */
    struct sequence_counts sequence;
    bool loss_known; /* as of a session */
};

/** A run of missing numbers as its first copy after revealed it. */
struct report_gap {
    struct address source;
    struct address destination;
    enum sequence_domain_kind kind;
    int16_t id; /* of the session whose copy revealed it */
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
 * Sessions whose memory was needed for others: those with one copy first, then those that were
 * silent for the longest time. One that comes again is a session of its own.
 */
struct report_merged {
    uint64_t sessions;
    struct report_session sum; /* of their counts; loss_known: of the sequences of some */
};

/** In all; and live, what never came as far as a session. Filled by who reads the wire. */
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

/** What the machine that receives dropped up to now, for totals.dropped_*. */
void report_set_drops(struct report *report, uint64_t kernel, uint64_t interface, uint64_t program);

/**
 * Adds a copy that was taken by analysis_take(), once, and whose session lives until the last
 * report_sum(). Copies inside others follow those in the same
 * frame that they are in. A quoted copy changes nothing: see report_add_icmp().
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
 * Completes what needs the whole: domains chosen by what leads now, flows summed. @p analysis is
 * the one whose findings were added; it may not be freed before the last call.
 */
void report_sum(struct report *report, const struct analysis *analysis);

/** The connections of several reports, each byte once. Nobody may add to any of them meanwhile. */
struct flow_union report_flows(const struct report *const *reports, size_t count);

/** From here on interval peaks are those of a new interval. */
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
