/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Decodes one copy completely: type and sub-header, header fields, position and length of the
 * mirrored frame, FCS, anomalies. Plugin and collector both use it, so they cannot disagree.
 */
#ifndef CORE_COPY_COPY_H
#define CORE_COPY_COPY_H

#include "core/base/bytes.h"
#include "core/base/failure.h"
#include "core/copy/anomaly.h"
#include "core/copy/header-detect.h"
#include "core/copy/session-rule.h"
#include "core/copy/session.h"
#include "core/wire/erspan.h"
#include "core/wire/frame-probe.h"
#include "core/wire/frame-tag.h"
#include "core/wire/gre.h"

enum fcs_policy { FCS_AUTO, FCS_ALWAYS, FCS_NEVER };

struct copy_policy {
    enum header_policy header;
    enum subheader_policy subheader;
    enum fcs_policy fcs;
    const struct session_rules *drops_only; /* whose copies are of dropped packets; NULL: none */
};

/**
 * The session's evidence before this copy: what is needed to read the copy again with the same
 * result.
 */
struct copy_state {
    int32_t header_evidence;
    int32_t subheader_evidence;
    bool fcs_known; /* the session had sent a right FCS */
};

struct copy_input {
    struct bytes payload; /* captured bytes behind GRE */
    size_t carried;       /* bytes the copy carried there, at least payload.len */
    size_t claimed;       /* bytes that the outer IP length states there; 0: not known */
    bool has_gre;         /* false: gre.protocol alone counts (quirk Q20, GRE not captured) */
    bool has_sequence;    /* gre.sequence is what the copy carried */
    struct gre_header gre;
    const struct mirror_header *mirror; /* NULL: ERSPAN; else payload is the mirrored frame */
    struct address source;
    struct address destination;
    bool quoted;   /* in an ICMP error (quirk Q23, quoted copy): read, but it counts nowhere */
    bool fragment; /* the packet is the first fragment; the end of the copy is in other fragments */
    bool again; /* this copy was read before. Reading it again changes no state and gives the same
                   result */
    const struct copy_state *state; /* with again: what the first visit kept, NULL if nothing */
};

enum fcs_status { FCS_NONE, FCS_GOOD, FCS_BAD, FCS_UNCHECKED };

struct copy {
    struct failure failure; /* FAILURE_HEADER_CUT, _SUBHEADER_CUT, _VERSION_UNKNOWN or none */
    struct header_result reading;
    enum mirror_kind mirror; /* other than ERSPAN: header is that of a Type I */
    struct erspan_header header;
    size_t header_length;
    bool has_sequence;
    uint32_t sequence;
    struct session *session; /* NULL: its ID is not there, or it is quoted and never seen, or the
                                table is full */

    /* The mirrored frame, from header_length on; meaningless after a failure. */
    struct frame_probe inner;
    size_t inner_captured;  /* bytes in the capture, FCS excluded */
    size_t inner_length;    /* bytes the copy carried, FCS excluded */
    size_t mirrored_length; /* bytes the source saw, FCS excluded; a lower bound if not known */
    bool mirrored_length_known;
    bool cut; /* the source, or someone on the way, cut it: T, or mirrored_length > inner_length */
    struct frame_stamp stamp; /* in the mirrored frame; seconds_bits 0: none */
    enum fcs_status fcs;
    uint32_t fcs_value;    /* as sent, unless FCS_NONE */
    uint32_t fcs_computed; /* unless FCS_NONE or FCS_UNCHECKED */

    uint32_t anomalies; /* of enum anomaly */
    bool keep_state;    /* first visit: the caller must store `state` for later visits */
    struct copy_state state;
};

/**
 * Reads the copy. On the first visit the session gets its stream number, unless the copy is quoted.
 * @p copy is wholly filled; it borrows @p sessions' session and nothing else.
 */
void copy_read(const struct copy_input *input, const struct copy_policy *policy,
               struct session_table *sessions, struct copy *copy);

/** The captured bytes of the mirrored frame in @p payload, from which @p copy was read. */
static inline struct bytes copy_frame(const struct copy *copy, struct bytes payload)
{
    return bytes_first(bytes_from(payload, copy->header_length), copy->inner_captured);
}

#endif
