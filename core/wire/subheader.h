/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The platform-specific sub-header of Type III: draft-foschiano-erspan-03, section 4.3, with
 * platform 0 read as 7, because sources use it so.
 */
#ifndef CORE_WIRE_SUBHEADER_H
#define CORE_WIRE_SUBHEADER_H

#include "core/base/bytes.h"
#include "core/base/failure.h"

enum { SUBHEADER_LENGTH = 8 };

/** What the bits behind the platform ID mean. */
enum subheader_layout {
    SUBHEADER_OPAQUE,         /* no layout is published */
    SUBHEADER_VSM,            /* platform 1 */
    SUBHEADER_PORT_TIME,      /* platform 3: upper half of a 64-bit time */
    SUBHEADER_RESERVED,       /* platform 4 */
    SUBHEADER_SWITCH_SECONDS, /* platforms 5 and 6: seconds beside Gra 2 */
    SUBHEADER_INDEX_TIME      /* platforms 7 and 0: upper half of a 64-bit time */
};

/** Fields that the layout lacks are 0. */
struct subheader {
    uint8_t platform;   /* 6 bits */
    uint32_t reserved;  /* VSM 14 bits, PORT_TIME 12, RESERVED 26, INDEX_TIME 6 */
    uint32_t reserved2; /* RESERVED: word 2 */
    uint16_t domain;    /* VSM: domain ID, 12 bits */
    uint16_t switch_id; /* SWITCH_SECONDS: 10 bits */
    uint32_t port; /* VSM 32 bits, PORT_TIME 14, SWITCH_SECONDS 16, INDEX_TIME 20 (source index) */
    uint32_t time; /* PORT_TIME, INDEX_TIME: upper 32 bits; SWITCH_SECONDS: seconds */
    uint64_t opaque; /* OPAQUE: 58 bits */
};

enum subheader_layout subheader_layout(uint8_t platform);

/** True if @p time is the upper half of a 64-bit time whose lower half is the header's timestamp.
 */
bool subheader_has_upper_time(const struct subheader *subheader);

/** True if @p time counts seconds. */
bool subheader_has_seconds(const struct subheader *subheader);

bool subheader_has_port(const struct subheader *subheader);

/** @return FAILURE_NONE, or FAILURE_SUBHEADER_CUT with @p subheader all 0. */
struct failure subheader_decode(struct bytes payload, size_t offset, struct subheader *subheader);

/** Appends 8 bytes: the inverse of subheader_decode() for every value of the layout's fields. */
void subheader_encode(const struct subheader *subheader, struct buffer *out);

#endif
