/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Theory of operation. copy_read() answers four questions: which ERSPAN header is it, is there a
 * sub-header (both header-detect.h), does an FCS follow the frame (quirk Q17, FCS kept), and how
 * long was the frame (quirk Q14, cut without T; both below)? The bytes answer them, or, where they
 * leave doubt, the session's earlier copies. The caller keeps the answers that needed earlier
 * copies (keep_state), so that a second visit to the packet gives the same result.
 */
#include "core/copy/copy.h"

#include "core/base/checksum.h"
#include "core/copy/anomaly-detect.h"
#include "core/wire/protocol.h"

static struct session *session_of(const struct copy_input *input, struct session_table *sessions,
                                  int64_t id)
{
    struct session_key key = {input->source, input->destination, id,
                              input->mirror != NULL ? input->mirror->kind : MIRROR_ERSPAN};
    if (input->again || input->quoted)
        return session_find(sessions, &key);
    return session_get(sessions, &key);
}

/* Stores the new evidence, unless the copy is quoted or read again. */
static void store_evidence(const struct copy_input *input, int32_t *known, int32_t evidence)
{
    if (!input->again && !input->quoted)
        *known = evidence;
}

static void choose_header(const struct copy_input *input, enum header_policy policy,
                          struct session_table *sessions, struct copy *copy)
{
    const struct header_detect_gre gre = {
        input->has_gre, (input->gre.flags & GRE_BIT_SEQUENCE) != 0, input->gre.protocol};
    header_detect_type(input->payload, input->carried, &gre, policy, NULL, &copy->reading);
    if (!copy->reading.header.disputed || (input->again && input->state == NULL))
        return;
    /* The session ID is part of what is in doubt: the evidence belongs to the source as a whole. */
    struct session *source = session_of(input, sessions, SESSION_NO_ID);
    if (source == NULL)
        return;
    int32_t evidence = input->again ? input->state->header_evidence : source->header_evidence;
    copy->state.header_evidence = evidence;
    header_detect_type(input->payload, input->carried, &gre, policy, &evidence, &copy->reading);
    store_evidence(input, &source->header_evidence, evidence);
}

static void choose_subheader(const struct copy_input *input, enum subheader_policy policy,
                             struct copy *copy)
{
    struct session *session = copy->session;
    if (session == NULL || (input->again && input->state == NULL)) {
        header_detect_subheader(input->payload, input->carried, policy, NULL, &copy->reading);
        return;
    }
    int32_t evidence =
        input->again ? input->state->subheader_evidence : session->subheader_evidence;
    copy->state.subheader_evidence = evidence;
    header_detect_subheader(input->payload, input->carried, policy, &evidence, &copy->reading);
    store_evidence(input, &session->subheader_evidence, evidence);
}

/* A mirror that is not ERSPAN has no header that is left to read: the frame stands there. */
static void read_other_mirror(const struct copy_input *input, struct copy *copy)
{
    copy->mirror = input->mirror->kind;
    copy->reading = (struct header_result){
        .taken = {ERSPAN_TYPE_I, false},
        .version_known = true,
        .probe = frame_probe_identify(input->payload, input->carried, ERSPAN_FT_ETHERNET),
    };
}

/* The copy's session; NULL too where the bytes do not tell its ID. */
static struct session *find_session(const struct copy_input *input, struct session_table *sessions,
                                    const struct header_result *reading)
{
    if (input->mirror != NULL)
        return session_of(input, sessions, input->mirror->id);
    if (reading->taken.type == ERSPAN_TYPE_I)
        return session_of(input, sessions, SESSION_NO_ID);
    if (!reading->version_known || !bytes_has(input->payload, 0, 4))
        return NULL;
    return session_of(input, sessions, (int16_t)erspan_session(input->payload));
}

/* True if the lengths leave room for an FCS behind a whole frame. */
static bool fcs_fits(const struct copy *copy, size_t carried)
{
    if (copy->inner.kind != FRAME_ETHERNET || carried < ETHERNET_LENGTH + FCS_LENGTH)
        return false;
    size_t own = copy->inner.own_length;
    return own == 0 || own + FCS_LENGTH <= carried;
}

/* True if four bytes follow what the frame's own length and the padding to the minimum explain. */
static bool fcs_is_expected(const struct copy *copy, size_t carried)
{
    size_t own = copy->inner.own_length;
    size_t padded = own < ETHERNET_MIN_LENGTH ? ETHERNET_MIN_LENGTH : own;
    return own == 0 || carried == own + FCS_LENGTH || carried == padded + FCS_LENGTH;
}

/* True if earlier copies of the session ended in a right FCS. */
static bool fcs_is_known(const struct copy_input *input, struct copy *copy)
{
    if (input->again)
        return input->state != NULL && input->state->fcs_known;
    copy->state.fcs_known = copy->session != NULL && copy->session->sends_fcs;
    return copy->state.fcs_known;
}

/* Fills copy->fcs: is the last word of the carried bytes an FCS? */
static void find_fcs(const struct copy_input *input, enum fcs_policy policy, struct copy *copy)
{
    struct bytes frame = bytes_from(input->payload, copy->header_length);
    size_t carried = input->carried - copy->header_length;
    /* If the end of the packet is missing, the FCS is missing too: snapped, quoted or
     * fragmented. */
    bool lost = input->claimed > input->carried || input->quoted || input->fragment;
    if (policy == FCS_NEVER || carried < FCS_LENGTH || lost)
        return;
    if (frame.len < carried) { /* beyond what the capture holds */
        copy->fcs = policy == FCS_ALWAYS ? FCS_UNCHECKED : FCS_NONE;
        return;
    }
    bool fits = fcs_fits(copy, carried);
    /* A source that cuts may still compute an FCS over what is left. */
    bool cut = (copy->header.truncated || copy->inner.own_length > carried) &&
               carried >= ETHERNET_LENGTH + FCS_LENGTH;
    if (policy == FCS_AUTO && !fits && !cut)
        return;
    copy->fcs_value = bytes_u32le(frame, carried - FCS_LENGTH);
    /* Padding, which is nearly always what follows a short frame: no need to compute anything. */
    bool known = fcs_is_known(input, copy);
    if (policy == FCS_AUTO && copy->fcs_value == 0 && !known)
        return;
    copy->fcs_computed = ethernet_fcs(bytes_first(frame, carried - FCS_LENGTH));
    if (copy->fcs_value == copy->fcs_computed) {
        copy->fcs = FCS_GOOD;
        copy->keep_state |= copy->fcs_value == 0;
        if (copy->session != NULL && !input->again && !input->quoted)
            copy->session->sends_fcs = true;
    } else if (policy == FCS_ALWAYS) {
        copy->fcs = FCS_BAD;
    } else if (known && fits && fcs_is_expected(copy, carried)) {
        /* Payload and a wrong FCS look alike: only a session known to send one tells them apart. */
        copy->fcs = FCS_BAD;
        copy->keep_state = true;
    }
}

/* Fills the lengths: what is captured, what was carried, what the source saw. */
static void measure_inner(const struct copy_input *input, struct copy *copy)
{
    size_t captured = bytes_from(input->payload, copy->header_length).len;
    size_t carried = input->carried - copy->header_length;
    if (copy->fcs != FCS_NONE)
        carried -= FCS_LENGTH;
    copy->inner_length = carried;
    copy->inner_captured = captured < carried ? captured : carried;

    /* The frame's own length is exact. The outer length may include an FCS. */
    bool exact = copy->inner.own_length != 0 && !copy->inner.own_length_is_least;
    size_t promised =
        input->claimed > input->carried && !exact ? input->claimed - copy->header_length : 0;
    copy->mirrored_length = carried;
    if (copy->inner.own_length > copy->mirrored_length)
        copy->mirrored_length = copy->inner.own_length;
    if (promised > copy->mirrored_length)
        copy->mirrored_length = promised;
    copy->cut = copy->header.truncated || copy->mirrored_length > carried;
    bool stated = copy->mirrored_length > carried && (exact || promised == copy->mirrored_length);
    copy->mirrored_length_known = stated || !copy->cut;
}

void copy_read(const struct copy_input *input, const struct copy_policy *policy,
               struct session_table *sessions, struct copy *copy)
{
    memset(copy, 0, sizeof *copy);
    copy->has_sequence = input->has_sequence;
    if (input->has_sequence)
        copy->sequence = input->mirror != NULL ? input->mirror->sequence : input->gre.sequence;

    if (input->mirror != NULL)
        read_other_mirror(input, copy);
    else
        choose_header(input, policy->header, sessions, copy);
    enum erspan_type type = copy->reading.taken.type;
    copy->session = find_session(input, sessions, &copy->reading);
    if (copy->session != NULL && !input->quoted && !input->again) {
        if (copy->session->stream == SESSION_NO_STREAM && input->mirror != NULL) {
            copy->session->mirror_reason = input->mirror->reason;
            copy->session->mirror_before = input->mirror->before;
        }
        if (copy->session->stream == SESSION_NO_STREAM)
            copy->session->drops_only = session_rules_fit(policy->drops_only, &copy->session->key);
        session_appear(sessions, copy->session);
    }
    if (type == ERSPAN_TYPE_III && copy->reading.version_known)
        choose_subheader(input, policy->subheader, copy);
    copy->failure =
        erspan_decode(input->payload, type, copy->reading.taken.has_subheader, &copy->header);
    copy->header_length = erspan_length(type, copy->reading.taken.has_subheader);
    copy->anomalies = copy_header_anomalies(input, copy);
    copy->keep_state = copy->reading.header.by_session || copy->reading.subheader.by_session;

    if (!copy->reading.version_known)
        copy->failure = (struct failure){FAILURE_VERSION_UNKNOWN, 0, copy->header.version};
    if (copy->failure.kind != FAILURE_NONE)
        return;

    copy->inner = copy->reading.probe;
    if (copy->inner.stamp_at != 0)
        copy->stamp =
            frame_stamp_read(bytes_from(input->payload, copy->header_length), copy->inner.stamp_at);
    find_fcs(input, policy->fcs, copy);
    measure_inner(input, copy);
    copy->anomalies |= copy_inner_anomalies(input, copy);
}
