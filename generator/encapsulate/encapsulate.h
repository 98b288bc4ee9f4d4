/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A session at work: mirrored frames in, copies out, one outer packet each.
 *
 * A copy is written once, from the front, into the caller's buffer: outer headers from a template,
 * GRE and ERSPAN by core's encoders, the mirrored frame by its kind or as it was kept; then the
 * lengths and checksums that depend on what follows them are patched. Nothing is moved, and nothing
 * allocated but once for what is kept.
 */
#ifndef GENERATOR_ENCAPSULATE_ENCAPSULATE_H
#define GENERATOR_ENCAPSULATE_ENCAPSULATE_H

#include "core/wire/gre.h"
#include "core/wire/mirror-header.h"
#include "generator/encapsulate/outer-template.h"
#include "generator/encapsulate/source-counter.h"
#include "generator/scenario/scenario.h"
#include "generator/traffic/traffic.h"

struct encapsulation {
    const struct session_plan *plan;
    struct inner_frames *inner;     /* of the plan, with its network chosen */
    struct outer_template outer;    /* around the outermost copy */
    struct outer_template ethernet; /* around a copy that is mirrored again */
    struct gre_header gre;          /* sequence and checksum still to be set */
    struct erspan_header header;    /* times still to be set */
    struct clock_plan clock;
    int64_t start_ns; /* of the clock: that of the capture, or a restart */
    struct source_counter *sequence;
    bool counts; /* copies: the sequence number is there, and not constant */
    uint16_t ip_id;
};

/** What a copy is to be made of. */
struct copy_order {
    uint64_t n;                        /* of the frame in the session, the first is 0 */
    const struct traffic_frame *frame; /* NULL: frame n of the plan's inner kind */
    int64_t truncate;                  /* bytes of it to keep, beside the plan's own cut; or AUTO */
    bool flagged;                      /* T is set */
    bool again;                        /* the frame is a copy that the session made */
};

/** Where the parts of a copy stand in its buffer, of the outermost layer, and what it carries. */
struct built_copy {
    size_t ip_at;
    size_t gre_at;
    size_t erspan_at;
    size_t inner_at;
    size_t inner_length; /* of the mirrored frame */
    size_t inner_kept;   /* of that, what the copy holds */
    struct arrival_place place;
};

/**
 * Clear it with encapsulation_clear().
 *
 * @param number  of the session in its scenario: chooses the addresses of its traffic.
 * @param sequence  where its sequence numbers come from.
 */
void encapsulation_init(struct encapsulation *encapsulation, const struct session_plan *plan,
                        size_t number, int64_t start_ns, struct source_counter *sequence);
void encapsulation_clear(struct encapsulation *encapsulation);

/** The source restarts: sequence and identification, and the clock if @p clock_too. */
void encapsulation_restart(struct encapsulation *encapsulation, int64_t now_ns, bool clock_too);

/** Appends frame @p n of the plan's inner kind. */
void encapsulation_write_inner(const struct encapsulation *encapsulation, uint64_t n,
                               struct buffer *out);

/** The protocol type that GRE names. */
uint16_t encapsulation_protocol(const struct session_plan *plan);

/**
 * Bytes of the longest outer packet, from its IP header on, when the longest mirrored frame has
 * @p frame_length: more than 65535 cannot be sent.
 */
size_t encapsulation_longest(const struct encapsulation *encapsulation, size_t frame_length);

/**
 * Appends the copy of a frame, made at @p now_ns, up to its outer trailer (appended bytes, FCS).
 * Counts sequence and IP identification on.
 */
struct built_copy encapsulate(struct encapsulation *encapsulation, const struct copy_order *order,
                              int64_t now_ns, struct buffer *out);

/** A copy that someone else makes under the session's name. */
struct foreign_order {
    uint32_t sequence;
    uint64_t n;              /* which it is; the first is 0 */
    int64_t ttl;             /* outer, or hop limit; AUTO: the session's */
    struct optional_mac mac; /* outer source; not given: the session's */
};

/** The same for such a copy, of a UDP datagram of other hosts: takes no number of the session's. */
struct built_copy encapsulate_foreign(const struct encapsulation *encapsulation,
                                      const struct foreign_order *order, int64_t now_ns,
                                      struct buffer *out);

/** Appends an Ethernet FCS over all from @p start on, a wrong one for CHECK_BAD. */
void encapsulate_fcs(enum check_mode mode, size_t start, struct buffer *out);

#endif
