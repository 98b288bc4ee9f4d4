/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/reading.h"

#include <stdio.h>

#include "core/gre.h"

enum {
    EVIDENCE_MAX = 1024, /* so that a session can change its mind within a bounded time */
    EVIDENCE_CLEAR = 3   /* likely against possible: one merely odd frame does not overturn */
};

/* Each step up is worth more than the noise of all the steps below it. */
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

/* How much the bytes look like a mirrored frame where this reading puts it. */
static enum likeness likeness_of(struct bytes payload, size_t carried, struct reading reading)
{
    struct erspan_header header;
    size_t length = erspan_length(reading.type, reading.has_subheader);
    if (length > carried)
        return LIKENESS_NONE;
    erspan_decode(payload, reading.type, reading.has_subheader, &header);
    uint8_t frame_type = reading.type == ERSPAN_TYPE_III ? header.frame_type : ERSPAN_FT_ETHERNET;
    return inner_identify(bytes_from(payload, length), carried - length, frame_type).likeness;
}

/* Weighs the two likenesses, with what earlier copies said. */
static void weigh(struct reading_choice *choice, int32_t *evidence)
{
    int32_t own = weight(choice->alternative) - weight(choice->declared);
    bool alone = own >= EVIDENCE_CLEAR;
    choice->disputed = true;
    choice->undeclared = alone;
    if (evidence == NULL)
        return;
    int32_t sum = *evidence + own;
    if (sum > EVIDENCE_MAX)
        sum = EVIDENCE_MAX;
    if (sum < -EVIDENCE_MAX)
        sum = -EVIDENCE_MAX;
    *evidence = sum;
    choice->undeclared = sum >= EVIDENCE_CLEAR;
    choice->by_session = choice->undeclared != alone;
}

static bool optional_bit(struct bytes payload)
{
    return bytes_u32(payload, 8) & 1;
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

static struct reading reading_of(enum erspan_type type, struct bytes payload)
{
    return (struct reading){type, type == ERSPAN_TYPE_III && optional_bit(payload)};
}

/* The best that a reading can look, whatever its O bit says about the sub-header. */
static enum likeness best_likeness(struct bytes payload, size_t carried, enum erspan_type type)
{
    enum likeness plain = likeness_of(payload, carried, (struct reading){type, false});
    if (type != ERSPAN_TYPE_III)
        return plain;
    enum likeness with = likeness_of(payload, carried, (struct reading){type, true});
    return with > plain ? with : plain;
}

void reading_choose_header(struct bytes payload, size_t carried, const struct reading_gre *gre,
                           enum header_policy policy, int32_t *evidence,
                           struct reading_result *result)
{
    *result = (struct reading_result){0};
    uint8_t version = bytes_u8(payload, 0) >> 4;
    /* A copy cut to nothing says nothing of its version: GRE's word is taken. */
    unsigned named =
        payload.len > 0 ? type_of_version(version, gre->protocol) : type_of_protocol(gre->protocol);
    bool declares_header = gre->protocol == GRE_PROTOCOL_ERSPAN_III ||
                           (gre->present && gre->has_sequence) || policy == HEADER_ALWAYS;

    unsigned declared = declares_header ? named : (unsigned)ERSPAN_TYPE_I;
    unsigned alternative = declares_header ? (unsigned)ERSPAN_TYPE_I : named;
    /* Versions 1 and 2 under a GRE header that promises a header leave no doubt. Without the
     * promise, the obsolete version 0 is taken for the start of a MAC address. */
    if (declares_header && named != 0 && version != ERSPAN_VERSION_OBSOLETE)
        alternative = 0;
    if (!declares_header && version == ERSPAN_VERSION_OBSOLETE)
        alternative = 0;
    if (policy != HEADER_AUTO)
        alternative = 0;

    if (alternative != 0) {
        result->header.declared = declared != 0
                                      ? best_likeness(payload, carried, (enum erspan_type)declared)
                                      : LIKENESS_NONE;
        result->header.alternative = best_likeness(payload, carried, (enum erspan_type)alternative);
        weigh(&result->header, evidence);
    }
    unsigned taken = result->header.undeclared ? alternative : declared;
    result->version_known = taken != 0;
    if (result->version_known)
        result->taken = reading_of((enum erspan_type)taken, payload);
    else
        result->taken = (struct reading){type_of_protocol(gre->protocol), false};
}

void reading_choose_subheader(struct bytes payload, size_t carried, enum subheader_policy policy,
                              int32_t *evidence, struct reading_result *result)
{
    struct reading declared = reading_of(ERSPAN_TYPE_III, payload);
    struct reading alternative = {ERSPAN_TYPE_III, !declared.has_subheader};
    result->taken = declared;
    result->subheader = (struct reading_choice){0};
    switch (policy) {
    case SUBHEADER_AUTO:
        break;
    case SUBHEADER_AS_DECLARED:
        return;
    case SUBHEADER_ALWAYS:
    case SUBHEADER_NEVER:
        result->taken.has_subheader = policy == SUBHEADER_ALWAYS;
        result->subheader.undeclared = result->taken.has_subheader != declared.has_subheader;
        return;
    }
    result->subheader.declared = likeness_of(payload, carried, declared);
    result->subheader.alternative = likeness_of(payload, carried, alternative);
    weigh(&result->subheader, evidence);
    if (result->subheader.undeclared)
        result->taken = alternative;
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
static const char *choice_text(const struct reading_choice *choice, const char *what,
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

const char *reading_header_text(const struct reading_result *result, char *text, size_t size)
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

const char *reading_subheader_text(const struct reading_result *result, char *text, size_t size)
{
    bool with = result->taken.has_subheader;
    return choice_text(&result->subheader, with ? "read with one" : "read without",
                       erspan_length(ERSPAN_TYPE_III, with), erspan_length(ERSPAN_TYPE_III, !with),
                       text, size);
}
