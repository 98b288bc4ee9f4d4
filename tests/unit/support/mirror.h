/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Made-up copies for the tests of analysis, report and verdicts: a few words each, and what a
 * reader of the wire would have made of the rest.
 */
#ifndef TESTS_UNIT_SUPPORT_MIRROR_H
#define TESTS_UNIT_SUPPORT_MIRROR_H

#include "core/base/time-units.h"
#include "core/report/report.h"

/** Arrival of a mirror's first copy. */
#define MIRROR_FIRST_NS INT64_C(1700000000001000000)

/** One that looks at what a mirror sends. Copies arrive a millisecond apart. */
struct mirror {
    struct session_table *sessions;
    struct analysis *analysis;
    struct report *report;
    uint64_t frame; /* of the last copy */
    int64_t now_ns; /* its arrival */
};

/** A TCP segment of 192.0.2.1 port 1000 + flow and 192.0.2.2 port 80. */
struct made_segment {
    uint16_t flow;
    bool from_server;
    bool syn;
    bool ack;
    uint16_t mss; /* of a SYN */
    uint32_t sequence;
    uint32_t acknowledgement;
};

/** All that is 0 is usual: Type II, numbered, session 0 of one source, 100 bytes, all kept. */
struct made_copy {
    uint8_t source; /* the last byte of the outer source address */
    bool ipv6;
    int16_t id; /* SESSION_NO_ID: Type I */
    enum erspan_type type;
    bool subheader;
    uint8_t hardware_id; /* Type III, as the next two */
    bool egress;
    uint32_t timestamp; /* in 100 us */
    bool unnumbered;
    uint32_t sequence;
    size_t size;      /* of the mirrored frame; what the segment needs if that is more */
    size_t kept;      /* bytes of it that the copy has */
    bool cut;         /* T */
    bool fcs;         /* follows the frame */
    uint32_t content; /* equal frames have equal ones */
    const struct made_segment *segment;
    size_t payload;       /* of the segment */
    size_t outer_headers; /* struct analysis_place's */
    unsigned depth;
    bool quoted;
    bool broken;
    bool lost; /* it never arrives: only time passes */
};

void mirror_begin(struct mirror *mirror, const struct analysis_policy *policy, size_t memory_limit);

/** The usual limits. */
void mirror_begin_usual(struct mirror *mirror);
void mirror_end(struct mirror *mirror);

/** The copy arrives, or does not. One with a depth above 1 is in the same frame as the last. */
struct analysis_finding mirror_take(struct mirror *mirror, const struct made_copy *made);

/** The same for copies without anything unusual but their numbers. */
void mirror_take_numbers(struct mirror *mirror, const uint32_t *numbers, size_t count);

/** An ICMP error quotes the copy. */
void mirror_take_icmp(struct mirror *mirror, const struct made_copy *made, bool too_big,
                      uint32_t mtu);

/** Calls report_sum() and returns the session. */
const struct report_session *mirror_sum(struct mirror *mirror, size_t index);

#endif
