/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Decides which header follows GRE: Type I, II or III, with or without a sub-header.
 *
 * The GRE header, the version and the O bit declare a reading, and some sources declare a wrong one
 * (quirks Q6, undeclared header, Q7, version contradicts GRE, Q8, hidden sub-header, Q19, no
 * header, Q20, GRE not captured). So each reading that the bytes allow is tried: each has the
 * mirrored frame at another offset, and frame_probe gives the bytes there a score
 * (core/wire/frame-probe.h). The difference between the best undeclared reading and the declared
 * one is evidence, summed over the copies of the session. The declared reading holds until the
 * evidence against it is clear. No rule depends on the model of the device.
 */
#ifndef CORE_COPY_HEADER_DETECT_H
#define CORE_COPY_HEADER_DETECT_H

#include "core/base/bytes.h"
#include "core/wire/erspan.h"
#include "core/wire/frame-probe.h"

struct header_layout {
    enum erspan_type type;
    bool has_subheader;
};

/** What the user decided instead of the bytes. */
enum header_policy {
    HEADER_AUTO,        /* by the bytes */
    HEADER_AS_DECLARED, /* by the GRE header: 0x88BE without S is Type I */
    HEADER_ALWAYS       /* a header always follows GRE */
};

enum subheader_policy {
    SUBHEADER_AUTO,        /* by the bytes */
    SUBHEADER_AS_DECLARED, /* by the O bit */
    SUBHEADER_ALWAYS,
    SUBHEADER_NEVER
};

/** What GRE said about the payload. Without GRE in the capture only the protocol is known. */
struct header_detect_gre {
    bool present;
    bool has_sequence;
    uint16_t protocol;
};

/** One question about a copy and how it was answered. */
struct header_choice {
    bool disputed;          /* more than one answer was possible */
    bool undeclared;        /* the answer is not the declared one */
    bool by_session;        /* the session's earlier copies decided; this copy alone would be read
                               otherwise */
    enum likeness declared; /* of the inner frame where the declared reading puts it */
    enum likeness alternative; /* and where the other does */
};

struct header_result {
    struct header_layout taken;
    bool version_known; /* false: the version is not one that any header of this GRE type has */
    struct frame_probe probe; /* with it: what the bytes are where that puts the mirrored frame */
    struct header_choice header;
    struct header_choice subheader;
};

/**
 * Chooses Type I, II or III. For Type III, taken.has_subheader is as declared by O until
 * header_detect_subheader() is asked.
 *
 * @param payload   captured bytes behind GRE.
 * @param carried   bytes that the copy carried there, at least payload.len.
 * @param evidence  of the source's earlier copies, above 0 for a header; the copy's own is added.
 *                  NULL: this copy alone.
 */
void header_detect_type(struct bytes payload, size_t carried, const struct header_detect_gre *gre,
                        enum header_policy policy, int32_t *evidence, struct header_result *result);

/**
 * For a result of Type III: decides whether a sub-header follows the 12 bytes. @p evidence: above 0
 * for one, else as above.
 */
void header_detect_subheader(struct bytes payload, size_t carried, enum subheader_policy policy,
                             int32_t *evidence, struct header_result *result);

/**
 * What was read against the declaration and why, in words; empty when nothing was. Writes at
 * most @p size bytes; returns @p text.
 */
const char *header_choice_text(const struct header_result *result, char *text, size_t size);
const char *subheader_choice_text(const struct header_result *result, char *text, size_t size);

#endif
