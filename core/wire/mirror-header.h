/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Mirrors that are not ERSPAN (quirk Q38, other mirror): a mirrored Ethernet frame behind a header
 * that ordinary tunnels also use. So a packet is read as a mirror only by a rule.
 */
#ifndef CORE_WIRE_MIRROR_HEADER_H
#define CORE_WIRE_MIRROR_HEADER_H

#include "core/wire/outer.h"

enum mirror_kind {
    MIRROR_ERSPAN,   /* ERSPAN */
    MIRROR_GRE,      /* a frame behind GRE, 0x6558 unless a rule names another type */
    MIRROR_EVERFLOW, /* GRE 0x8949: 22 bytes, then the frame */
    MIRROR_VXLAN,
    MIRROR_GENEVE,
    MIRROR_TZSP,
    MIRROR_HP_ERM,  /* HP and Aruba: 12 bytes behind UDP, then the frame */
    MIRROR_JUNIPER, /* 8 bytes behind UDP, then the frame or the IP packet */
    MIRROR_KINDS
};

/** Why packets are taken for a mirror. */
enum mirror_reason {
    MIRROR_BY_HEADER,     /* ERSPAN, or another header that nothing but a mirror has */
    MIRROR_BY_USER,       /* a rule of the user */
    MIRROR_BY_DIRECTIONS, /* both directions of the same flows come to one end */
    MIRROR_REASONS
};

enum { MIRROR_NO_ID = -1, MIRROR_RULES_MAX = 32 };

/** Which packets are a mirror. */
struct mirror_rule {
    enum mirror_kind kind;
    uint16_t number;            /* GRE protocol type, or UDP destination port */
    uint16_t skip;              /* bytes between GRE and the frame */
    int64_t id;                 /* key, VNI or session; MIRROR_NO_ID: any */
    struct address source;      /* of length 0: any */
    struct address destination; /* likewise */
};

struct mirror_rules {
    struct mirror_rule rules[MIRROR_RULES_MAX];
    size_t count;
    bool given_alone; /* nothing is taken for a mirror by what it carries */
};

/** What a mirror's headers say, and where the mirrored frame is. */
struct mirror_header {
    enum mirror_kind kind;
    enum mirror_reason reason;
    int64_t id; /* GRE's key, the VNI, Juniper's session; MIRROR_NO_ID without one */
    bool has_sequence;
    uint32_t sequence; /* GRE's, or TZSP's packet ID */
    size_t offset;     /* of the frame, from outer.payload */
    uint64_t before;   /* MIRROR_BY_DIRECTIONS: packets that came before that was known, and are
                          not read */
};

/** A word for options and JSON, such as "vxlan". */
const char *mirror_word(enum mirror_kind kind);

/** The name that people use, such as "VXLAN". */
const char *mirror_name(enum mirror_kind kind);

/** A word for JSON, such as "user". */
const char *mirror_reason_word(enum mirror_reason reason);

/** What follows "taken for a mirror because". */
const char *mirror_reason_text(enum mirror_reason reason);

/**
 * Parses KIND[:NUMBER[:SKIP]][,id=ID][,from=ADDRESS][,to=ADDRESS]. NUMBER is a GRE type or a UDP
 * port, SKIP the bytes between GRE and the frame.
 *
 * @return NULL, or what is wrong and what is allowed: a static string.
 */
const char *mirror_rule_parse(const char *text, struct mirror_rule *rule);

/** Parses one of the conditions behind the commas. @return as mirror_rule_parse(). */
const char *mirror_rule_parse_condition(const char *text, struct mirror_rule *rule);

/**
 * Reads a packet as the mirror that a rule says it is. Headers that nothing but a mirror has need
 * no rule.
 *
 * @param failure, outer  as outer_parse() left them.
 * @return false if no rule fits, or the header is cut.
 */
bool mirror_read(const struct failure *failure, const struct outer *outer,
                 const struct mirror_rules *rules, struct mirror_header *header);

/** The GRE protocol type or the UDP destination port of the kind; 0 where each network has its own.
 */
uint16_t mirror_number(enum mirror_kind kind);

/** True for the kinds that GRE carries; the others come in UDP. */
bool mirror_is_in_gre(enum mirror_kind kind);

/** Appends what stands between GRE or UDP and the frame: the inverse of mirror_read(). GRE itself
 * has the ID and the sequence number of its kinds. */
void mirror_encode(const struct mirror_header *header, struct buffer *out);

/** Reads a packet as the tunnel that its numbers say it is, which may be a mirror: GRE 0x6558,
 * VXLAN or Geneve. */
bool mirror_read_candidate(const struct failure *failure, const struct outer *outer,
                           struct mirror_header *header);

#endif
