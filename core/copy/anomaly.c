/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/anomaly.h"

#include <stddef.h>

static const char *const texts[ANOMALIES] = {
    [ANOMALY_TRUNCATED] = "The source truncated the mirrored frame (T)",
    [ANOMALY_CUT] = "The mirrored frame was cut although T is not set",
    [ANOMALY_SHORT] = "The source marks a short frame",
    [ANOMALY_OVERSIZED] = "The source marks an oversized frame",
    [ANOMALY_BAD] = "The source marks a CRC or alignment error",
    [ANOMALY_VERSION_CONTRADICTION] = "Version and GRE protocol type name different ERSPAN types",
    [ANOMALY_VERSION_UNKNOWN] = "Unknown ERSPAN version",
    [ANOMALY_VERSION_OBSOLETE] = "Obsolete version 0, read as Type II",
    [ANOMALY_RESERVED] = "Reserved bits are set",
    [ANOMALY_HEADER_UNDECLARED] = "An ERSPAN header follows although GRE declares none",
    [ANOMALY_HEADERLESS] = "No ERSPAN header follows although GRE declares one",
    [ANOMALY_HEADER_CUT] = "The copy ends inside its ERSPAN header",
    [ANOMALY_SUBHEADER_HIDDEN] = "A platform sub-header follows although O is 0",
    [ANOMALY_SUBHEADER_MISSING] = "No platform sub-header follows although O is 1",
    [ANOMALY_SEQUENCE_ABSENT] = "No GRE sequence number: loss cannot be seen",
    [ANOMALY_QUOTED] = "Quoted in an ICMP error: not a copy of its own",
    [ANOMALY_FCS] = "A frame check sequence follows the mirrored frame",
    [ANOMALY_FCS_BAD] = "The mirrored frame's check sequence is wrong",
    [ANOMALY_VLAN_KEPT] = "The VLAN tag is in the frame although the header says otherwise",
    [ANOMALY_VLAN_MISSING] =
        "No VLAN tag is in the frame although the header says it was preserved",
    [ANOMALY_ENCAPSULATION_ISL] = "En = ISL; some sources set this on frames without ISL",
    [ANOMALY_FRAME_TYPE_RESERVED] = "Reserved frame type",
    [ANOMALY_FRAME_TYPE_CONTRADICTION] = "The mirrored frame is not of the declared frame type",
};

const char *anomaly_text(enum anomaly anomaly)
{
    return (unsigned)anomaly < ANOMALIES ? texts[anomaly] : "Unnamed anomaly";
}
