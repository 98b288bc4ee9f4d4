/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The ERSPAN header of Type II and Type III: draft-foschiano-erspan-03, sections 4.2 and 4.3.
 * Type I (section 4.1) has none: the mirrored frame follows GRE at once.
 */
#ifndef CORE_WIRE_ERSPAN_H
#define CORE_WIRE_ERSPAN_H

#include "core/base/bytes.h"
#include "core/base/failure.h"
#include "core/wire/subheader.h"

enum erspan_type { ERSPAN_TYPE_I = 1, ERSPAN_TYPE_II = 2, ERSPAN_TYPE_III = 3 };

enum erspan_version {
    ERSPAN_VERSION_OBSOLETE =
        0, /* version 0: Type II of early implementations, before the draft assigned version 1 */
    ERSPAN_VERSION_II = 1,
    ERSPAN_VERSION_III = 2
};

/** En, Type II: what the mirrored frame carried where it entered the source. */
enum erspan_encapsulation {
    ERSPAN_EN_NONE = 0,
    ERSPAN_EN_ISL = 1,
    ERSPAN_EN_DOT1Q = 2,
    ERSPAN_EN_PRESERVED = 3 /* the tag is still in the frame; the VLAN field is undefined */
};

/** BSO, Type III. */
enum erspan_integrity {
    ERSPAN_BSO_GOOD = 0,
    ERSPAN_BSO_SHORT = 1,
    ERSPAN_BSO_OVERSIZED = 2,
    ERSPAN_BSO_BAD = 3
};

enum erspan_frame_type { ERSPAN_FT_ETHERNET = 0, ERSPAN_FT_IP = 2 };

enum erspan_granularity {
    ERSPAN_GRA_100_US = 0,
    ERSPAN_GRA_100_NS = 1,
    ERSPAN_GRA_1588 = 2, /* nanoseconds within the second; the seconds in sub-header 5 or 6 */
    ERSPAN_GRA_CUSTOM = 3
};

enum { ERSPAN_II_LENGTH = 8, ERSPAN_III_LENGTH = 12 };

/** Every field as it stands on the wire, right-aligned; fields of another type are 0. */
struct erspan_header {
    enum erspan_type type;
    uint8_t version;  /* 4 bits */
    uint16_t vlan;    /* 12 bits */
    uint8_t cos;      /* 3 bits */
    uint8_t en_bso;   /* 2 bits: En in Type II, BSO in Type III */
    bool truncated;   /* T */
    uint16_t session; /* 10 bits */
    /* Type II */
    uint16_t reserved; /* 12 bits */
    uint32_t index;    /* 20 bits */
    /* Type III */
    uint32_t timestamp;  /* in units of the granularity */
    uint16_t sgt;        /* security group tag */
    bool ethernet_pdu;   /* P */
    uint8_t frame_type;  /* FT, 5 bits */
    uint8_t hardware_id; /* 6 bits */
    bool egress;         /* D */
    uint8_t granularity; /* 2 bits */
    bool optional;       /* O: a sub-header is declared */
    bool has_subheader;  /* one is there, whatever O says (quirk Q8, hidden sub-header) */
    struct subheader subheader;
};

/** Bytes from the GRE payload to the mirrored frame: 0, 8, 12 or 20. */
size_t erspan_length(enum erspan_type type, bool has_subheader);

/** The session ID alone, which stands at the same place in both types. */
static inline uint16_t erspan_session(struct bytes payload)
{
    return bytes_u16(payload, 2) & 0x3ff;
}

/**
 * Decodes the header at the start of @p payload as the given type, whatever its version says: which
 * type it is, core/copy/header-detect.h decides.
 *
 * @return FAILURE_NONE, FAILURE_HEADER_CUT or FAILURE_SUBHEADER_CUT. After a cut the fields that
 * lie wholly in the bytes are filled, the others 0.
 */
struct failure erspan_decode(struct bytes payload, enum erspan_type type, bool has_subheader,
                             struct erspan_header *header);

/** Appends the header: the inverse of erspan_decode() for every value of every field of its type.
 */
void erspan_encode(const struct erspan_header *header, struct buffer *out);

#endif
