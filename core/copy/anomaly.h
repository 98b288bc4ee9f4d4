/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What can be odd about one copy. A set of them is a bit mask: 1u << ANOMALY_….
 */
#ifndef CORE_COPY_ANOMALY_H
#define CORE_COPY_ANOMALY_H

#include <stdint.h>

enum anomaly {
    ANOMALY_TRUNCATED,             /* T: the source cut the frame */
    ANOMALY_CUT,                   /* cut by its lengths (quirk Q14, cut without T) */
    ANOMALY_SHORT,                 /* BSO 1 */
    ANOMALY_OVERSIZED,             /* BSO 2 (quirk Q15, tagged frames marked oversized) */
    ANOMALY_BAD,                   /* BSO 3 */
    ANOMALY_VERSION_CONTRADICTION, /* they name two types (Q7, version contradicts GRE) */
    ANOMALY_VERSION_UNKNOWN,
    ANOMALY_VERSION_OBSOLETE,
    ANOMALY_RESERVED,
    ANOMALY_HEADER_UNDECLARED, /* Type II or III (Q6, undeclared header; Q20, GRE not captured) */
    ANOMALY_HEADERLESS,        /* Type I, and GRE declares a header (Q19, no header) */
    ANOMALY_HEADER_CUT,        /* the copy ends inside its header */
    ANOMALY_SUBHEADER_HIDDEN,  /* there although O is 0 (Q8, hidden sub-header) */
    ANOMALY_SUBHEADER_MISSING, /* not there although O is 1 */
    ANOMALY_SEQUENCE_ABSENT,   /* of GRE (Q5, no sequence in Type III; Q33, Type III without S) */
    ANOMALY_QUOTED,            /* in an ICMP error: not a copy of its own (Q23, quoted copy) */
    ANOMALY_FCS,               /* a right FCS follows the inner frame (Q17, FCS kept) */
    ANOMALY_FCS_BAD,           /* a wrong FCS follows the inner frame */
    ANOMALY_VLAN_KEPT,         /* though the header says otherwise (Q13, VLAN tag in the frame) */
    ANOMALY_VLAN_MISSING,      /* no tag in the frame (Q32, En 3 untagged) */
    ANOMALY_ENCAPSULATION_ISL, /* En 1, by some sources wrongly (Q12, ISL without ISL) */
    ANOMALY_FRAME_TYPE_RESERVED,
    ANOMALY_FRAME_TYPE_CONTRADICTION, /* the bytes are not what FT says */
    ANOMALIES
};

static inline uint32_t anomaly_bit(enum anomaly anomaly)
{
    return UINT32_C(1) << anomaly;
}

/** One sentence for a person. Never NULL. */
const char *anomaly_text(enum anomaly anomaly);

#endif
