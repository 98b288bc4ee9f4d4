/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares each header and sub-header that the bytes allow with the declared one, and sums the
 * evidence of a session (quirks Q6, undeclared header, Q8, hidden sub-header, and Q19, no
 * header). */
#include "core/copy/header-detect.h"

#include <stdio.h>

#include "core/wire/gre.h"

enum {
    EVIDENCE_MAX = 1024, /* limit, so that later copies can reverse the decision after a bounded
                            number of copies */
    EVIDENCE_CLEAR = 3,  /* likely against possible: one merely odd frame does not overturn */
    EVIDENCE_DECISIVE =
        15 /* difference between certain and possible: it decides whatever earlier copies say */
};

/* The weights make certain against possible 15 (EVIDENCE_DECISIVE), likely against possible 3
 * (EVIDENCE_CLEAR) and possible against none 1 (noise). */
static int32_t weight(enum likeness likeness)
{
    switch (likeness) {
    case LIKENESS_CERTAIN:
        return 16;
    case LIKENESS_LIKELY:
        return 4;
    case LIKENESS_POSSIBLE:
        return 1;
    case LIKENESS_NONE:
        break;
    }
    return 0;
}

static bool optional_bit(struct bytes payload)
{
    return bytes_u32(payload, 8) & 1;
}

static uint8_t frame_type(enum erspan_type type, struct bytes payload)
{
    return type == ERSPAN_TYPE_III ? (uint8_t)(bytes_u32(payload, 8) >> 10 & 0x1f)
                                   : (uint8_t)ERSPAN_FT_ETHERNET;
}

/* How much the bytes look like a mirrored frame where this reading puts it, and what they are
 * there. An IP packet without MAC header counts only where FT asks for one: one anomaly must not
 * be used to explain another. */
static enum likeness likeness_of(struct bytes payload, size_t carried, struct header_layout reading,
                                 struct frame_probe *probe)
{
    size_t length = erspan_length(reading.type, reading.has_subheader);
    *probe = (struct frame_probe){.kind = FRAME_OPAQUE};
    if (length > carried)
        return LIKENESS_NONE;
    struct bytes frame = bytes_from(payload, length);
    uint8_t type = frame_type(reading.type, payload);
    *probe = frame_probe_identify(frame, carried - length, type);
    if (type == ERSPAN_FT_IP || probe->kind == FRAME_ETHERNET)
        return probe->likeness;
    return frame_probe_ethernet(frame, carried - length).likeness;
}

static int32_t clamp(int32_t evidence)
{
    if (evidence > EVIDENCE_MAX)
        return EVIDENCE_MAX;
    return evidence < -EVIDENCE_MAX ? -EVIDENCE_MAX : evidence;
}

/*
 * Weighs the two likenesses, with what earlier copies said. Evidence is about a fact and not about
 * a declaration, which may differ from copy to copy: above 0 it says that the thing in question (a
 * header, a sub-header) is there.
 *
 * @param declared_there  the declaration says that it is.
 * @param clear           how much this copy alone needs against the declaration.
 */
static void weigh(struct header_choice *choice, bool declared_there, int32_t clear,
                  int32_t *evidence)
{
    int32_t against = weight(choice->alternative) - weight(choice->declared);
    int32_t there = declared_there ? -against : against;
    choice->disputed = true;
    choice->undeclared = against >= clear;
    if (evidence == NULL)
        return;
    bool alone = choice->undeclared;
    int32_t history = declared_there ? -*evidence : *evidence;
    bool noise = there < EVIDENCE_CLEAR && there > -EVIDENCE_CLEAR; /* must not add up */
    if (!noise)
        *evidence = clamp(*evidence + there);
    if (against < EVIDENCE_DECISIVE && against > -EVIDENCE_DECISIVE)
        choice->undeclared = history + against >= clear;
    choice->by_session = choice->undeclared != alone;
}

/* The type that a version names under a GRE protocol type; 0 for none. */
static unsigned type_of_version(uint8_t version, uint16_t protocol)
{
    switch (version) {
    case ERSPAN_VERSION_OBSOLETE:
        return protocol == GRE_PROTOCOL_ERSPAN ? ERSPAN_TYPE_II : 0;
    case ERSPAN_VERSION_II:
        return ERSPAN_TYPE_II;
    case ERSPAN_VERSION_III:
        return ERSPAN_TYPE_III;
    default:
        return 0;
    }
}

static enum erspan_type type_of_protocol(uint16_t protocol)
{
    return protocol == GRE_PROTOCOL_ERSPAN_III ? ERSPAN_TYPE_III : ERSPAN_TYPE_II;
}

static struct header_layout reading_of(enum erspan_type type, struct bytes payload)
{
    return (struct header_layout){type, type == ERSPAN_TYPE_III && optional_bit(payload)};
}

/* The higher likeness of the two readings with and without sub-header. @p probe is that of the
 * reading that O declares. */
static enum likeness best_likeness(struct bytes payload, size_t carried, enum erspan_type type,
                                   struct frame_probe *probe)
{
    struct header_layout reading = reading_of(type, payload);
    enum likeness declared = likeness_of(payload, carried, reading, probe);
    if (type != ERSPAN_TYPE_III || declared == LIKENESS_CERTAIN)
        return declared;
    struct frame_probe unused;
    reading.has_subheader = !reading.has_subheader;
    enum likeness other = likeness_of(payload, carried, reading, &unused);
    return other > declared ? other : declared;
}

void header_detect_type(struct bytes payload, size_t carried, const struct header_detect_gre *gre,
                        enum header_policy policy, int32_t *evidence, struct header_result *result)
{
    *result = (struct header_result){0};
    uint8_t version = bytes_u8(payload, 0) >> 4;
    /* An empty payload has no version: the GRE protocol type decides. */
    unsigned named = payload.len > 0 ? type_of_version(version, gre->protocol)
                                     : (unsigned)type_of_protocol(gre->protocol);
    bool promised = gre->protocol == GRE_PROTOCOL_ERSPAN_III || (gre->present && gre->has_sequence);
    unsigned declared = promised ? named : (unsigned)ERSPAN_TYPE_I;
    unsigned alternative = promised ? (unsigned)ERSPAN_TYPE_I : named;
    /* Where no header is declared, the obsolete version 0 is the start of a MAC address. */
    if (!promised && version == ERSPAN_VERSION_OBSOLETE)
        alternative = 0;

    if (declared != 0)
        result->header.declared =
            best_likeness(payload, carried, (enum erspan_type)declared, &result->probe);
    /* If the version confirms the declared header, the alternative is tried only if the frame
     * behind that header does not look like one, and it needs EVIDENCE_DECISIVE. */
    bool kept = promised && named != 0 && version != ERSPAN_VERSION_OBSOLETE;
    bool doubted = alternative != 0 && !(kept && result->header.declared >= LIKENESS_LIKELY);
    if (policy == HEADER_AUTO && doubted && payload.len > 0) {
        struct frame_probe unused;
        result->header.alternative =
            best_likeness(payload, carried, (enum erspan_type)alternative, &unused);
        weigh(&result->header, promised, kept ? EVIDENCE_DECISIVE : EVIDENCE_CLEAR, evidence);
    }
    if (policy == HEADER_ALWAYS && !promised) {
        result->header.undeclared = true;
        alternative = named;
    }
    unsigned taken = result->header.undeclared ? alternative : declared;
    result->version_known = taken != 0;
    if (!result->version_known) {
        result->taken = (struct header_layout){type_of_protocol(gre->protocol), false};
        return;
    }
    result->taken = reading_of((enum erspan_type)taken, payload);
    if (result->header.undeclared)
        likeness_of(payload, carried, result->taken, &result->probe);
}

void header_detect_subheader(struct bytes payload, size_t carried, enum subheader_policy policy,
                             int32_t *evidence, struct header_result *result)
{
    struct header_layout declared = reading_of(ERSPAN_TYPE_III, payload);
    struct header_layout alternative = {ERSPAN_TYPE_III, !declared.has_subheader};
    result->taken = declared;
    result->subheader = (struct header_choice){
        .declared = likeness_of(payload, carried, declared, &result->probe),
    };
    switch (policy) {
    case SUBHEADER_AUTO:
        break;
    case SUBHEADER_AS_DECLARED:
        return;
    case SUBHEADER_ALWAYS:
    case SUBHEADER_NEVER:
        result->taken.has_subheader = policy == SUBHEADER_ALWAYS;
        result->subheader.undeclared = result->taken.has_subheader != declared.has_subheader;
        likeness_of(payload, carried, result->taken, &result->probe);
        return;
    }
    struct frame_probe alternative_look;
    result->subheader.alternative = likeness_of(payload, carried, alternative, &alternative_look);
    weigh(&result->subheader, declared.has_subheader, EVIDENCE_CLEAR, evidence);
    if (result->subheader.undeclared) {
        result->taken = alternative;
        result->probe = alternative_look;
    }
}

static const char *likeness_text(enum likeness likeness)
{
    switch (likeness) {
    case LIKENESS_CERTAIN:
        return "checks out as a frame";
    case LIKENESS_LIKELY:
        return "looks like a frame";
    case LIKENESS_POSSIBLE:
        return "may be a frame";
    case LIKENESS_NONE:
        break;
    }
    return "cannot be a frame";
}

/* "what: at offset 8 it looks like a frame, at 0 it cannot be a frame" */
static const char *choice_text(const struct header_choice *choice, const char *what,
                               size_t taken_offset, size_t declared_offset, char *text, size_t size)
{
    if (!choice->undeclared)
        text[0] = '\0';
    else if (!choice->disputed)
        snprintf(text, size, "%s: a preference says so", what);
    else
        snprintf(text, size, "%s: at offset %zu it %s, at %zu it %s%s", what, taken_offset,
                 likeness_text(choice->alternative), declared_offset,
                 likeness_text(choice->declared),
                 choice->by_session ? "; the session's other copies decide" : "");
    return text;
}

const char *header_choice_text(const struct header_result *result, char *text, size_t size)
{
    static const char *const what[] = {
        [ERSPAN_TYPE_I] = "read as Type I",
        [ERSPAN_TYPE_II] = "read as Type II",
        [ERSPAN_TYPE_III] = "read as Type III",
    };
    enum erspan_type type = result->taken.type;
    size_t taken = erspan_length(type, result->taken.has_subheader);
    return choice_text(&result->header, what[type], taken,
                       type == ERSPAN_TYPE_I ? ERSPAN_II_LENGTH : 0, text, size);
}

const char *subheader_choice_text(const struct header_result *result, char *text, size_t size)
{
    bool with = result->taken.has_subheader;
    return choice_text(&result->subheader, with ? "read with one" : "read without",
                       erspan_length(ERSPAN_TYPE_III, with), erspan_length(ERSPAN_TYPE_III, !with),
                       text, size);
}
