/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The members of a session's report, in three groups by how sums and differences treat them:
 *
 *     session_counts    a sum adds them, an interval subtracts them
 *     session_extremes  each has a rule of its own
 *     session_state     as it is now; neither adds nor subtracts it
 *
 * Counts and extremes are made from tables, so that no function can forget a member. Part of
 * core/report/report.h; the functions are in core/report/report-counts.h.
 */
#ifndef CORE_REPORT_SESSION_PARTS_H
#define CORE_REPORT_SESSION_PARTS_H

#include "core/analysis/analysis.h"
#include "core/base/time-units.h"
#include "core/visibility/flow.h"

enum {
    REPORT_SIZE_BUCKETS = 9,
    REPORT_MTUS_MAX = 4 /* different MTUs that ICMP errors state of a session's copies */
};

#define REPORT_NO_ROW     SIZE_MAX
#define REPORT_SILENCE_NS (100 * NS_PER_MS)

/** Upper bounds, inclusive, of the size histogram, in bytes of the mirrored frame; the last is
 * open: 63, 127, 255, 511, 1023, 1518, 4095, 9216. */
extern const size_t report_size_bounds[REPORT_SIZE_BUCKETS - 1];

/**
 * COUNT(member, name in JSON), in the order of JSON; NULL: not in JSON.
 */
#define SESSION_COUNTS(COUNT)                                                                      \
    COUNT(copies, "copies")                   /* that count */                                     \
    COUNT(left_out, "left_out")               /* more of them, which the report was not given;     \
                                                 by report_sum() */                                \
    COUNT(outer_bytes, "outer_bytes")         /* of the frames that carried them, on the wire,     \
                                                 from the link layer on */                         \
    COUNT(inner_bytes, "inner_bytes")         /* of mirrored frames, as far as the copies held     \
                                                 them */                                           \
    COUNT(mirrored_bytes, "mirrored_bytes")   /* of the frames as the source saw them */           \
    COUNT(super_frames, "super_frames")       /* above 1522 bytes, jumbo frames too */             \
    COUNT(truncated, "truncated")             /* with T */                                         \
    COUNT(cut, "cut")                         /* by T or by lengths */                             \
    COUNT(headers_cut, "headers_cut")         /* copies that end before a TCP header could be      \
                                                 read */                                           \
    COUNT(headers_snapped, "headers_snapped") /* of these, such as the capture cut, not the        \
                                                 source */                                         \
    COUNT(ingress, "ingress")                 /* Type III, D = 0 */                                \
    COUNT(egress, "egress")                                                                        \
    COUNT(copies_of_copies, "copies_of_copies") /* of which from another session: */               \
    COUNT(copies_of_other, "copies_of_other_session")                                              \
    COUNT(nested, "nested") /* inside other copies: not in `copies` */                             \
    COUNT(looped, NULL)     /* of these, inside a copy of this very session that was sent right    \
                               behind it */                                                        \
    COUNT(looped_perhaps, NULL) /* ... or perhaps longer ago, as copies that someone sent again */ \
    COUNT(data_segments, NULL)  /* of TCP, with payload */                                         \
    COUNT(other_bytes, NULL)    /* mirrored bytes of all frames but these */                       \
    COUNT(without_sequence, "without_sequence")                                                    \
    COUNT(unfollowed, NULL)    /* copies with a number that memory_limit kept                      \
                                  from its counter */                                              \
    COUNT(gaps, "runs")        /* as its copies revealed them: runs of missing                     \
                                  numbers, by their name in JSON */                                \
    COUNT(revealed, NULL)      /* numbers in them, with those that came late */                    \
    COUNT(timed, "copies")     /* with a source time: in the object "clock" */                     \
    COUNT(lossy_windows, NULL) /* of 1 ms, with a copy that revealed missing                       \
                                  numbers */                                                       \
    /* ICMP errors that quote its copies: */                                                       \
    COUNT(quoted, "quoted")                        /* all; not in `copies` */                      \
    COUNT(icmp_too_big, "too_big")                 /* fragmentation needed, or Packet Too Big */   \
    COUNT(icmp_too_big_missing, "too_big_missing") /* of these, such as quote a number that never  \
                                                     came, by report_sum(): as far as gap list and \
                                                     REPORT_QUOTES_MAX tell */                     \
    COUNT(icmp_other, "other")

/**
 * RULE(type, member). In a sum: HIGHEST is the highest of all; EARLIEST and LATEST are of the
 * sessions with a copy; PEAK is raised by counts_raise_peaks() alone, because the peaks of two
 * sessions at different times do not add up; KEEP stays as it is. An interval has all as they stand
 * at its end, but for the peaks: see counts_subtract(). Windows lie side by side, from multiples of
 * their length since 1970 on: a burst across two windows is counted partly in each.
 */
#define SESSION_EXTREMES(HIGHEST, EARLIEST, LATEST, PEAK, KEEP)                                    \
    EARLIEST(int64_t, first_ns) /* arrival */                                                      \
    LATEST(int64_t, last_ns)                                                                       \
    HIGHEST(unsigned, depth_max)  /* of copies inside one another */                               \
    HIGHEST(size_t, inner_max)    /* largest inner_length of one copy */                           \
    HIGHEST(size_t, mirrored_max) /* largest mirrored length */                                    \
    HIGHEST(uint32_t, gap_max)    /* numbers in the longest gap */                                 \
    KEEP(uint64_t, at_inner_max)  /* copies of exactly inner_max bytes */                          \
    KEEP(size_t, cut_max)         /* the largest inner_length of cut copies alone */               \
    KEEP(uint64_t, at_cut_max)                                                                     \
    KEEP(size_t, overhead)      /* bytes of the outer IP packet around the frame in the largest    \
                                   copy */                                                         \
    KEEP(int64_t, delay_min_ns) /* with absolute time only */                                      \
    KEEP(int64_t, delay_max_ns)                                                                    \
    /* outer bits per second in the busiest windows, of 1 ms and 100 us: */                        \
    PEAK(uint64_t, peak_1ms_bps)                                                                   \
    PEAK(uint64_t, peak_100us_bps)                                                                 \
    PEAK(uint64_t, interval_1ms_bps) /* the same since report_begin_interval() */                  \
    PEAK(uint64_t, interval_100us_bps)

#define SESSION_COUNT_MEMBER(NAME, JSON)   uint64_t NAME;
#define SESSION_EXTREME_MEMBER(TYPE, NAME) TYPE NAME; /* NOLINT(bugprone-macro-parentheses) */

struct session_counts {
    SESSION_COUNTS(SESSION_COUNT_MEMBER)
    uint64_t sizes[REPORT_SIZE_BUCKETS]; /* copies, by report_size_bounds */
};

struct session_extremes {
    SESSION_EXTREMES(SESSION_EXTREME_MEMBER, SESSION_EXTREME_MEMBER, SESSION_EXTREME_MEMBER,
                     SESSION_EXTREME_MEMBER, SESSION_EXTREME_MEMBER)
};

#undef SESSION_COUNT_MEMBER
#undef SESSION_EXTREME_MEMBER

/** ICMP errors for the size of copies that state one MTU. */
struct report_mtu {
    uint32_t mtu;        /* 0: they state none (RFC 1191, section 4) */
    uint64_t missing;    /* of the errors, such as quote a number that never came: as far as
                            icmp_too_big_missing knows */
    uint64_t came;       /* ... and such as quote a number that came, or that was never near */
    uint64_t plausible;  /* ... and such as quote a packet that is above the MTU (RFC 5927, section
                            7.2), and no longer than its mirrored frame makes it: only these count
                            here */
    size_t quoted_least; /* bytes of the shortest packet that these quote, from its IP header on */
    uint64_t copies_after; /* of the session, since the last of these errors */
    size_t largest_after;  /* bytes of the longest packet of these copies, from its IP header on */
};

struct session_state {
    struct session_key key;
    uint32_t stream;
    uint32_t types; /* 1u << enum erspan_type, of those seen; none of other mirrors */
    enum mirror_reason mirror_reason; /* of mirrors other than ERSPAN: why they are taken for one */
    uint64_t mirror_before; /* MIRROR_BY_DIRECTIONS: packets that came before that was known, and
                               are not counted: those that were held are */
    bool drops_only; /* it mirrors dropped packets alone, as the user says: no TCP is followed */
    int64_t busy_ns; /* from copy to copy, of each silence no more than REPORT_SILENCE_NS */
    enum sequence_domain_kind domain; /* what leads */
    bool constant_sequence;           /* quirk Q3 (constant sequence) */
    bool loss_known;                  /* false: sequence.lost means nothing, see loss.h */
    unsigned counters; /* number of counters that number its copies; with a source counter, those of
                          all its sessions; 0: unknown */
    unsigned counters_apart;  /* what tells several apart: 1u << enum sequence_label_part */
    size_t domain_row;        /* for report_domain(), its first; REPORT_NO_ROW without */
    enum clock_method method; /* the last copy's; CLOCK_UNKNOWN without any */
    uint64_t tick_ps;
    bool granularity_contradicted;
    double jitter_ns;       /* the last copy's */
    uint64_t delays;        /* copies with absolute time */
    double delay_mean_ns;   /* of these */
    uint64_t lossy_1ms_bps; /* mean over the lossy windows */
    uint32_t icmp_mtu;      /* the smallest that ICMP errors state; 0 without */
    struct report_mtu icmp_mtus[REPORT_MTUS_MAX]; /* in order of appearance; `plausible` 0: none.
                                                     An error with one more MTU is not here */
};

struct report_session {
    struct session_state state;
    struct session_counts counts;
    struct session_extremes extremes;
    struct sequence_counts sequence; /* `lost`: if the domain is wider than the session, it is not
                                        known which session lost the copies; see report_domain */
    struct flow_totals flows;        /* TCP in the frames; filled by report_sum() */
};

#endif
