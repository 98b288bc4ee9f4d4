/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls, for each copy, the parts that compare it with earlier copies (frames seen before,
 * sequence, clock), and divides the memory between them. */
#include "core/analysis/analysis.h"

#include <glib.h>

#include "core/clock/stamp-clock.h"

/* Each part gets at most one in so many bytes of the memory; the sequences get the rest. */
enum { CONTENT_SHARE = 8, STREAM_SHARE = 4, CLOCK_SHARE = 4 };

/* With revisits no clock is evicted. A capture would need this many frames to exceed the limit,
 * and Wireshark many GiB for them. */
enum { CLOCKS_REVISITED = 1 << 24 };

/* What is kept of a session from one copy to the next, in session.timing. */
struct session_timing {
    struct clock_jitter jitter;
    enum clock_method method; /* of the last copy with a time, as all that follow */
    bool begun;
    bool absolute;
    uint8_t hardware_id;
    int64_t time_ns;
};

enum { TIMING_COST = sizeof(struct session_timing) + 16 /* the allocator's part */ };

struct analysis {
    struct sequence_domain_table *domains;
    struct clock_table *clocks;
    struct fingerprint_table *contents;
    size_t streams; /* struct session_timing, in their sessions */
    size_t stream_limit;
    bool filtered;
    uint64_t without_session; /* copies with a number: the table of sessions was full */
};

struct analysis *analysis_new(const struct analysis_policy *policy)
{
    size_t memory = policy->memory_limit != 0 ? policy->memory_limit : ANALYSIS_MEMORY_DEFAULT;
    size_t streams = memory / STREAM_SHARE;
    size_t clocks = memory / CLOCK_SHARE;
    size_t contents = fingerprint_table_fit(memory / CONTENT_SHARE);
    struct analysis *analysis = g_new0(struct analysis, 1);
    analysis->contents = fingerprint_table_new(MIN(FINGERPRINT_ENTRIES_DEFAULT, contents));
    analysis->filtered = policy->filtered;
    analysis->stream_limit = streams / TIMING_COST;
    analysis->clocks = clock_table_new(
        policy->revisits ? CLOCKS_REVISITED : MIN(CLOCK_LIMIT_DEFAULT, clock_table_fit(clocks)));
    analysis->domains = sequence_domain_table_new(
        policy->domain, memory - streams - clocks - fingerprint_table_bytes(analysis->contents),
        policy->revisits);
    return analysis;
}

void analysis_free(struct analysis *analysis)
{
    if (analysis == NULL)
        return;
    sequence_domain_table_free(analysis->domains);
    clock_table_free(analysis->clocks);
    fingerprint_table_free(analysis->contents);
    g_free(analysis);
}

/* NULL when there is no room for it. */
static struct session_timing *timing_of(struct analysis *analysis, struct session *session)
{
    if (session->timing == NULL && analysis->streams < analysis->stream_limit) {
        session->timing = g_new0(struct session_timing, 1);
        analysis->streams++;
    }
    return session->timing;
}

/* True if the copy counts as soon as it has a session. */
static bool may_count(const struct analysis_place *place, const struct copy *copy)
{
    return place->depth <= 1 && copy->failure.kind == FAILURE_NONE &&
           !(copy->anomalies & anomaly_bit(ANOMALY_QUOTED));
}

static bool copy_counts(const struct analysis_place *place, const struct copy *copy)
{
    return may_count(place, copy) && copy->session != NULL &&
           copy->session->stream != SESSION_NO_STREAM;
}

static bool lacks_session(const struct analysis_place *place, const struct copy *copy)
{
    return may_count(place, copy) && copy->session == NULL;
}

/* Packs the header fields that tell where the frame was mirrored into 64 bits. */
static uint64_t header_fields_of(const struct erspan_header *header)
{
    enum { EGRESS_AT = 35, HARDWARE_ID_AT = 36, VLAN_AT = 48, TYPE_AT = 62 };
    uint64_t fields = (uint64_t)header->type << TYPE_AT | (uint64_t)header->vlan << VLAN_AT;
    if (header->type != ERSPAN_TYPE_III)
        return fields | header->index;
    return fields | (uint64_t)header->hardware_id << HARDWARE_ID_AT |
           (uint64_t)header->egress << EGRESS_AT | header->subheader.port;
}

/* True if the copy came before: the same number with the same content. */
static bool take_content(struct analysis *analysis, const struct analysis_place *place,
                         const struct copy *copy, const struct fingerprint_frame *content,
                         struct analysis_finding *finding)
{
    if (content->fingerprint == 0) /* nothing that could be the same */
        return false;
    struct fingerprint_entry *entry = fingerprint_table_next(analysis->contents);
    *entry = (struct fingerprint_entry){
        .content = *content,
        .frame = place->frame,
        .time_ns = place->arrival_ns,
        .header_fields = header_fields_of(&copy->header),
        .length = (uint32_t)copy->inner_length,
        .stream = copy->session->stream,
        .sequence = copy->sequence,
        .timestamp = copy->header.timestamp,
        .has_sequence = copy->has_sequence,
        .whole = !copy->cut && copy->inner_captured == copy->inner_length,
    };
    struct fingerprint_match match = fingerprint_table_take(analysis->contents);
    if (match.mirrored_before) {
        finding->copy_of = match.frame;
        finding->copy_of_other_session = match.stream != copy->session->stream;
    }
    finding->content = (struct analysis_content){
        .known = true,
        .duplicate = match.is_duplicate,
        .repeated = match.repeated,
        .number = match.number,
        .first = match.mirrored_before ? match.first : match.number,
        .before = match.before,
    };
    return match.is_duplicate;
}

struct fingerprint_frame analysis_keep(struct analysis *analysis, struct bytes frame,
                                       struct frame_payload packet)
{
    return fingerprint_table_keep(analysis->contents, frame, packet);
}

size_t analysis_ahead(const struct analysis *analysis)
{
    return fingerprint_table_ahead(analysis->contents);
}

struct bytes analysis_kept(const struct analysis *analysis, const struct fingerprint_frame *content)
{
    return fingerprint_table_kept(analysis->contents, content);
}

/* Differences mean something only between times of one clock, got in one way. */
static bool stream_goes_on(const struct session_timing *stream, const struct clock_time *time,
                           uint8_t hardware_id)
{
    return stream->begun && stream->method == time->method && stream->absolute == time->absolute &&
           stream->hardware_id == hardware_id;
}

/* A packet can state any time. Unsigned arithmetic wraps; signed overflow would be undefined. */
static int64_t difference(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* What the header says, or else the frame. */
static struct clock_time time_of(struct analysis *analysis, const struct analysis_place *place,
                                 const struct copy *copy)
{
    const struct clock_time time = clock_take(analysis->clocks, &copy->session->key.source,
                                              &copy->header, place->arrival_ns, place->frame);
    return time.method != CLOCK_UNKNOWN ? time : stamp_clock_time(&copy->stamp, place->arrival_ns);
}

static bool may_have_time(const struct copy *copy)
{
    return copy->header.type == ERSPAN_TYPE_III || copy->stamp.seconds_bits != 0;
}

static void take_time(struct analysis *analysis, const struct analysis_place *place,
                      const struct copy *copy, struct analysis_finding *finding)
{
    const struct clock_time time = time_of(analysis, place, copy);
    finding->time = time;
    if (time.method == CLOCK_UNKNOWN)
        return;
    finding->has_time = true;
    int64_t delay_ns = difference(place->arrival_ns, time.time_ns);
    finding->delay_ns = time.absolute ? delay_ns : 0;

    struct session_timing *stream = timing_of(analysis, copy->session);
    if (stream == NULL)
        return;
    if (stream_goes_on(stream, &time, copy->header.hardware_id)) {
        finding->has_time_delta = true;
        finding->time_delta_ns = difference(time.time_ns, stream->time_ns);
    } else {
        stream->jitter.begun = false;
    }
    clock_jitter_take(&stream->jitter, delay_ns);
    finding->jitter_ns = stream->jitter.jitter_ns;
    stream->method = time.method;
    stream->begun = true;
    stream->absolute = time.absolute;
    stream->hardware_id = copy->header.hardware_id;
    stream->time_ns = time.time_ns;
}

static void take_sequence(struct analysis *analysis, const struct analysis_place *place,
                          const struct copy *copy, bool is_duplicate,
                          struct analysis_finding *finding)
{
    const struct sequence_label label = {
        .mac = place->outer_mac,
        .vlan = place->outer_vlan,
        .ttl = place->outer_ttl,
        .index = copy->header.index,
        .hardware_id = copy->header.hardware_id,
        .direction = copy->header.egress,
    };
    const struct sequence_copy numbered = {copy->sequence, place->frame, is_duplicate, &label};
    finding->has_sequence =
        sequence_domain_take(analysis->domains, &copy->session->key, &copy->session->domain,
                             &numbered, &finding->domain);
}

static void begin_finding(const struct analysis_place *place, const struct copy *copy,
                          struct analysis_finding *finding)
{
    memset(finding, 0, offsetof(struct analysis_finding, domain));
    finding->time.method = CLOCK_UNKNOWN;
    finding->counts = copy_counts(place, copy);
}

void analysis_take(struct analysis *analysis, const struct analysis_place *place,
                   const struct copy *copy, const struct fingerprint_frame *content,
                   struct analysis_finding *finding)
{
    begin_finding(place, copy, finding);
    analysis->without_session += copy->has_sequence && lacks_session(place, copy);
    if (!finding->counts)
        return;
    if (analysis->filtered)
        copy->session->copies++;
    bool is_duplicate = take_content(analysis, place, copy, content, finding);
    if (copy->has_sequence)
        take_sequence(analysis, place, copy, is_duplicate, finding);
    if (may_have_time(copy))
        take_time(analysis, place, copy, finding);
}

void analysis_forget(struct analysis *analysis, struct session *session)
{
    sequence_domain_forget(analysis->domains, &session->domain);
    analysis->streams -= session->timing != NULL;
    g_clear_pointer(&session->timing, g_free);
}

void analysis_prefetch(const struct analysis *analysis, const struct copy *copy,
                       const struct fingerprint_frame *content)
{
    fingerprint_table_prefetch(analysis->contents, content);
    if (copy->session != NULL)
        __builtin_prefetch(copy->session->domain);
}

void analysis_take_marker(struct analysis *analysis, const struct address *source,
                          const struct marker *marker, int64_t arrival_ns, uint64_t frame)
{
    clock_take_marker(analysis->clocks, source, marker, arrival_ns, frame);
}

struct clock_time analysis_time_again(struct analysis *analysis, const struct address *source,
                                      const struct erspan_header *header, int64_t arrival_ns,
                                      uint64_t frame)
{
    return clock_take(analysis->clocks, source, header, arrival_ns, frame);
}

void analysis_again(struct analysis *analysis, const struct analysis_place *place,
                    const struct copy *copy, struct analysis_finding *finding)
{
    begin_finding(place, copy, finding);
    if (!finding->counts)
        return;
    if (copy->has_sequence)
        finding->has_sequence = sequence_domain_find(analysis->domains, &copy->session->key,
                                                     copy->header.hardware_id, &finding->domain);
    if (!may_have_time(copy))
        return;
    finding->time = time_of(analysis, place, copy);
    finding->has_time = finding->time.method != CLOCK_UNKNOWN;
    if (finding->has_time && finding->time.absolute)
        finding->delay_ns = difference(place->arrival_ns, finding->time.time_ns);
}

enum sequence_domain_kind analysis_domain(const struct analysis *analysis,
                                          const struct session_key *key)
{
    return sequence_domain_kind_of(analysis->domains, &key->source, &key->destination);
}

unsigned analysis_counters(const struct analysis *analysis, const struct session_key *key,
                           uint8_t hardware_id, unsigned *apart)
{
    return sequence_domain_counters(analysis->domains, key, hardware_id, apart);
}

uint64_t analysis_given_up(const struct analysis *analysis)
{
    return sequence_domain_table_given_up(analysis->domains) +
           clock_table_given_up(analysis->clocks);
}

uint64_t analysis_unfollowed(const struct analysis *analysis)
{
    return analysis->without_session + sequence_domain_table_given_up(analysis->domains);
}

size_t analysis_memory(const struct analysis *analysis)
{
    return sequence_domain_table_memory(analysis->domains) + clock_table_memory(analysis->clocks) +
           fingerprint_table_bytes(analysis->contents) + analysis->streams * TIMING_COST;
}
