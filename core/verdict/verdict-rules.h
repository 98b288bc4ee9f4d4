/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The rules of core/verdict/verdict.h, one function for each cause, and what they share: the facts
 * of a session, and the lines of evidence.
 */
#ifndef CORE_VERDICT_VERDICT_RULES_H
#define CORE_VERDICT_VERDICT_RULES_H

#include "core/base/quantity.h"
#include "core/verdict/verdict.h"

enum {
    /* Fewer missing copies happen on any day and tell nothing of a cause. */
    LOST_LEAST = 4,
    LOST_ONE_IN_MOST = 1000,
    /* About a dozen full-size segments: below, handshakes and tails weigh too much. */
    DELIVERED_LEAST = 16384,
    /* Full-size frames missing for each missing copy: beyond, most of them were never mirrored, or
     * were in super-frames. */
    FRAMES_PER_LOST_MOST = 2,
    /* In an iperf connection two of three frames carry payload. So do two of three copies of a
     * source that samples; of a source that does not copy super-frames hardly any do. */
    VERDICT_DATA_PERCENT_LEAST = 30,
    /* Bytes that one missing copy stands for at most; a larger frame than this is not taken for
     * a super-frame. GSO makes at most 65,536 bytes unless an administrator raises gso_max_size
     * ("BIG TCP", up to 524,280); the rest is room for the error of the estimate. */
    SUPER_FRAME_MOST = 98304
};

/** Payload that was delivered and yet did not come. */
struct shortfall {
    uint64_t bytes;
    uint64_t frames; /* full-size, that carried it */
    bool mostly;  /* more than half of the delivered payload is missing, of DELIVERED_LEAST bytes or
                     more */
    bool unheard; /* more than half of it was sent by ends of which nothing at all comes: they need
                     not be mirrored, as where the two directions take different paths */
};

/** How missing copies lie among those that came. */
enum pattern {
    PATTERN_UNKNOWN,   /* too few, or what chance makes */
    PATTERN_LONG_GAPS, /* in longer gaps than chance makes */
    PATTERN_REGULAR    /* in shorter ones: evenly spread */
};

/** What TCP tells of the sizes of the frames whose copies are missing. */
enum sizes {
    SIZES_UNKNOWN,
    SIZES_ALIKE, /* payload is missing as copies are */
    SIZES_LARGE, /* more of the payload is missing than of the copies */
    SIZES_SMALL
};

/** What a session's report says, as the rules ask for it. */
struct facts {
    const struct report *report;
    const struct report_session *session;
    uint32_t found;    /* set of causes found by the rules before this one */
    bool has_sequence; /* there are numbers, and they number these copies */
    bool shared;       /* several sessions share the counter: the next two are of all of them */
    uint64_t lost;
    uint64_t numbers;  /* that came, or are lost */
    double share_lost; /* loss_ratio() of the numbers; 0 where that is unknown */
    double share_most; /* ... if all that a shared counter lacks is of this session */
    bool loss;         /* enough is lost to ask for the cause */
    enum pattern pattern;
    enum sizes sizes;
    /* by the ACKs */
    struct shortfall missed; /* what was delivered and did not come in this session */
    struct shortfall unseen; /* ... nor in any other */
    double payload_per_lost; /* bytes of `missed` for each copy that is missing; 0: none is */
    size_t segment_frame;    /* a frame of at least this length must have been; 0: not known */
    bool one_sided;          /* nearly all connections have segments of one end only */
    bool small_came;    /* small frames arrived: handshakes, or ACKs at the usual rate. So missing
                           frames are large ones. */
    double visibility;  /* negative: not known */
    double implied_bps; /* of mirrored frames; 0: not known */
    double came_bps;    /* of what came of these, in the same time */
};

void facts_find(const struct report *report, const struct report_session *session,
                struct facts *facts);

/** True if a rule before found that cause. */
static inline bool facts_name(const struct facts *facts, enum cause cause)
{
    return (facts->found & 1u << cause) != 0;
}

/**
 * With a shared counter it is not known whose copies are missing. True if the counter is not
 * shared, or if the ACKs show that this session lost about its share.
 */
bool facts_own_loss(const struct facts *facts);

/** True if large frames came, or the ACKs show that there were none. */
bool facts_any_size_came(const struct facts *facts);

/** The usual MTU of a path that a copy with a frame of @p inner bytes fills to the byte; 0: none.
 */
size_t facts_filled_mtu(const struct facts *facts, size_t inner);

/** The largest IP packet with a copy that came on this way: of any session between the two. */
size_t facts_largest_packet(const struct facts *facts);

/** The largest frame whose copy fits into the MTU. */
size_t facts_fitting_frame(const struct facts *facts, size_t mtu);

/** True if at least @p percent of @p whole. */
static inline bool is_share(uint64_t part, uint64_t whole, unsigned percent)
{
    return (double)part * 100 >= (double)whole * percent;
}

/** True if the missing payload is that of directions of which hardly any payload came. */
bool facts_lie_in_hidden_directions(const struct facts *facts);

/**
 * True if the missing payload belongs to directions of which almost only ACKs arrived: the source
 * does not copy super-frames.
 */
bool facts_hide_super_frames(const struct facts *facts);

/** True if about the same part of each direction arrived, and of payload as of ACKs: as from a
 * source that samples. */
bool facts_look_sampled(const struct facts *facts);

/** True if the segments of the end that this session lacks did not come in another session either.
 */
bool facts_other_end_is_nowhere(const struct facts *facts);

/** True if the identifications of the hosts' packets tell that most missing copies were of ACKs,
 * and the others cannot have carried the missing payload. */
bool facts_lose_acks(const struct facts *facts);

/** True if the missing copies cannot have carried the missing payload. */
bool facts_lose_too_little(const struct facts *facts);

void verdict_summarize(struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Adds a line of evidence. A rule has VERDICT_EVIDENCE_MAX lines at most; one more is a fault of
 * the program. */
void verdict_say(struct verdict *verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Lines that several rules write, each only if it has something to say. */
void verdict_say_loss(struct verdict *verdict, const struct facts *facts);
void verdict_say_gaps(struct verdict *verdict, const struct facts *facts);
void verdict_say_sizes(struct verdict *verdict, const struct facts *facts);
void verdict_say_visibility(struct verdict *verdict, const struct facts *facts);
void verdict_say_missing_frames(struct verdict *verdict, const struct facts *facts);

/** Which part of the frames of all connections came, where it is the same part of each. */
void verdict_say_one_in(struct verdict *verdict, const struct facts *facts);

/** Parts of rule_mtu(): ICMP errors prove an MTU; the source obeys an MTU that one states. */
bool verdict_find_icmp_mtu(const struct facts *facts, struct verdict *verdict);
bool verdict_find_learned_mtu(const struct facts *facts, struct verdict *verdict);

/* The rules. Each returns whether its cause holds, and then has filled summary and evidence. */
bool rule_mtu(const struct facts *facts, struct verdict *verdict);
bool rule_super_frames(const struct facts *facts, struct verdict *verdict);
bool rule_sampling(const struct facts *facts, struct verdict *verdict);
bool rule_cut(const struct facts *facts, struct verdict *verdict);
bool rule_policer(const struct facts *facts, struct verdict *verdict);
bool rule_collector(const struct facts *facts, struct verdict *verdict);
bool rule_one_direction(const struct facts *facts, struct verdict *verdict);
bool rule_loop(const struct facts *facts, struct verdict *verdict);

/** What is missing without a cause that the rules before found. */
bool rule_undetermined(const struct facts *facts, struct verdict *verdict);

#endif
