/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A session at work: mirrored frames in, copies out, one outer packet each.
 *
 * A copy is written once, from the front, into the caller's buffer: outer headers from a template,
 * GRE and ERSPAN by core's encoders, the mirrored frame by its kind; then the lengths and checksums
 * that depend on what follows them are patched. Nothing is allocated and nothing moved.
 */
#ifndef GENERATOR_ENCAPSULATE_H
#define GENERATOR_ENCAPSULATE_H

#include "core/gre.h"
#include "generator/outer.h"
#include "generator/scenario.h"

/** A GRE sequence counter, of one session or of several. */
struct sequence_counter {
    uint32_t next;
};

struct encapsulation {
    const struct session_plan *plan;
    struct inner_plan inner;        /* the plan's, with its network chosen */
    struct outer_template outer;    /* around the outermost copy */
    struct outer_template ethernet; /* around a copy that is mirrored again */
    struct gre_header gre;          /* sequence and checksum still to be set */
    struct erspan_header header;    /* times still to be set */
    int64_t start_ns;               /* of the capture */
    struct sequence_counter own;
    struct sequence_counter *sequence; /* own, or another session's */
    uint16_t ip_id;
};

/** @param number  of the session in its scenario: chooses the addresses of its traffic. */
void encapsulation_init(struct encapsulation *encapsulation, const struct session_plan *plan,
                        size_t number, int64_t start_ns);

/** The protocol type that GRE names. */
uint16_t encapsulation_protocol(const struct session_plan *plan);

/** Bytes of the longest outer packet, from its IP header on: more than 65535 cannot be sent. */
size_t encapsulation_longest(const struct encapsulation *encapsulation);

/**
 * Appends copy @p n, the first is 0, made at @p now_ns, up to its outer trailer (appended bytes,
 * FCS). Counts sequence and IP identification on. Returns the offset of its IP header, if it has
 * one.
 */
size_t encapsulate(struct encapsulation *encapsulation, uint64_t n, int64_t now_ns,
                   struct buffer *out);

/** Appends an Ethernet FCS over all from @p start on, a wrong one for CHECK_BAD. */
void encapsulate_fcs(enum check_mode mode, size_t start, struct buffer *out);

#endif
