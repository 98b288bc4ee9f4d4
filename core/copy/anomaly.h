/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What can be odd about one copy. A set of them is a bit mask: 1u << ANOMALY_….
 */
#ifndef CORE_COPY_ANOMALY_H
#define CORE_COPY_ANOMALY_H

#include <stdint.h>

enum anomaly {
    ANOMALY_TRUNCATED,             /* T: the source cut the frame */
    ANOMALY_CUT,                   /* cut by its lengths although T is 0 (quirk Q14) */
    ANOMALY_SHORT,                 /* BSO 1 */
    ANOMALY_OVERSIZED,             /* BSO 2 (quirk Q15: also full-size frames with a tag) */
    ANOMALY_BAD,                   /* BSO 3 */
    ANOMALY_VERSION_CONTRADICTION, /* version and GRE protocol type name different types (Q7) */
    ANOMALY_VERSION_UNKNOWN,
    ANOMALY_VERSION_OBSOLETE,
    ANOMALY_RESERVED,
    ANOMALY_HEADER_UNDECLARED, /* Type II or III although GRE declares none (Q6, Q20) */
    ANOMALY_HEADERLESS,        /* Type I although GRE declares a header (Q19) */
    ANOMALY_HEADER_CUT,        /* the copy ends inside its header */
    ANOMALY_SUBHEADER_HIDDEN,  /* there although O is 0 (Q8) */
    ANOMALY_SUBHEADER_MISSING, /* not there although O is 1 */
    ANOMALY_SEQUENCE_ABSENT,   /* Type II or III without a GRE sequence number (Q5, Q33) */
    ANOMALY_QUOTED,            /* quoted in an ICMP error: not a copy of its own (Q23) */
    ANOMALY_FCS,               /* a right FCS follows the inner frame (Q17) */
    ANOMALY_FCS_BAD,           /* a wrong FCS follows the inner frame */
    ANOMALY_VLAN_KEPT,    /* the tag is in the frame although the header says otherwise (Q13) */
    ANOMALY_VLAN_MISSING, /* En 3, and yet no tag in the frame (Q32) */
    ANOMALY_ENCAPSULATION_ISL, /* En 1, which some sources set without ISL (Q12) */
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
