/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/mirror.h"

#include <glib.h>

#include "core/report/copy-pipeline.h"

#include "core/wire/protocol.h"

enum {
    SIZE_USUAL = 100,
    FRAME_MAX = ETHERNET_LENGTH + IPV4_MIN_LENGTH + TCP_MIN_LENGTH + TCP_OPTION_MSS_LENGTH,
    HEADERS_MAX = ERSPAN_III_LENGTH + 8,
};

#define START_NS    INT64_C(1700000000000000000)
#define INTERVAL_NS INT64_C(1000000)

void mirror_begin(struct mirror *mirror, const struct analysis_policy *policy, size_t memory_limit)
{
    *mirror = (struct mirror){
        .sessions = session_table_new(SESSION_LIMIT_DEFAULT),
        .analysis = analysis_new(policy),
        .report = report_new(memory_limit),
        .now_ns = START_NS,
    };
}

void mirror_begin_usual(struct mirror *mirror)
{
    const struct analysis_policy policy = {.domain = DOMAIN_AUTO, .filtered = true};
    mirror_begin(mirror, &policy, ANALYSIS_MEMORY_DEFAULT);
}

void mirror_end(struct mirror *mirror)
{
    report_free(mirror->report);
    analysis_free(mirror->analysis);
    session_table_free(mirror->sessions);
}

static void put_u16(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
}

static void put_u32(uint8_t *out, uint32_t value)
{
    put_u16(out, value >> 16);
    put_u16(out + 2, value);
}

/* Ethernet, and IPv4 without a checksum. */
static size_t write_ip(uint8_t *frame, size_t size, uint8_t protocol, bool from_server)
{
    put_u16(frame + 12, 0x0800);
    uint8_t *ip = frame + ETHERNET_LENGTH;
    ip[0] = 0x45;
    put_u16(ip + 2, (uint32_t)(size - ETHERNET_LENGTH));
    ip[8] = 64;
    ip[9] = protocol;
    put_u32(ip + 12, from_server ? 0xc0000202 : 0xc0000201);
    put_u32(ip + 16, from_server ? 0xc0000201 : 0xc0000202);
    return ETHERNET_LENGTH + IPV4_MIN_LENGTH;
}

static void write_tcp(uint8_t *tcp, const struct made_segment *segment)
{
    uint16_t client = (uint16_t)(1000 + segment->flow);
    put_u16(tcp, segment->from_server ? 80 : client);
    put_u16(tcp + 2, segment->from_server ? client : 80);
    put_u32(tcp + 4, segment->sequence);
    put_u32(tcp + 8, segment->acknowledgement);
    tcp[12] = segment->mss != 0 ? 0x60 : 0x50;
    tcp[13] = (uint8_t)((segment->syn ? 0x02 : 0) | (segment->ack ? 0x10 : 0));
    if (segment->mss != 0) {
        put_u16(tcp + TCP_MIN_LENGTH, 0x0204);
        put_u16(tcp + TCP_MIN_LENGTH + 2, segment->mss);
    }
}

/* Returns the length of the mirrored frame, of which the first bytes are written. */
static size_t write_frame(uint8_t frame[FRAME_MAX], const struct made_copy *made)
{
    size_t size = made->size != 0 ? made->size : SIZE_USUAL;
    if (made->segment == NULL) {
        size_t at = write_ip(frame, size, 17, false);
        put_u32(frame + at + 8, made->content);
        return size;
    }
    size = ETHERNET_LENGTH + IPV4_MIN_LENGTH + TCP_MIN_LENGTH + made->payload +
           (made->segment->mss != 0 ? TCP_OPTION_MSS_LENGTH : 0);
    write_tcp(frame + write_ip(frame, size, 6, made->segment->from_server), made->segment);
    put_u16(frame + ETHERNET_LENGTH + 4, made->content);
    return size;
}

static enum erspan_type type_of(const struct made_copy *made)
{
    if (made->id == SESSION_NO_ID)
        return ERSPAN_TYPE_I;
    return made->type != 0 ? made->type : ERSPAN_TYPE_II;
}

static struct session *session_of(struct mirror *mirror, const struct made_copy *made)
{
    uint8_t length = made->ipv6 ? 16 : 4;
    struct session_key key = {.source = {length, {192, 0, 2, made->source}},
                              .destination = {length, {198, 51, 100, 1}},
                              .id = made->id};
    return made->quoted ? session_find(mirror->sessions, &key)
                        : session_get(mirror->sessions, &key);
}

static void make(struct mirror *mirror, const struct made_copy *made, uint8_t frame[FRAME_MAX],
                 struct copy *copy)
{
    size_t size = write_frame(frame, made);
    size_t kept = made->kept != 0 ? made->kept : size;
    *copy = (struct copy){
        .failure.kind = made->broken ? FAILURE_VERSION_UNKNOWN : FAILURE_NONE,
        .header = {.type = type_of(made),
                   .truncated = made->cut,
                   .session = made->id >= 0 ? (uint16_t)made->id : 0,
                   .timestamp = made->timestamp,
                   .hardware_id = made->hardware_id,
                   .egress = made->egress,
                   .has_subheader = made->subheader},
        .header_length = erspan_length(type_of(made), made->subheader),
        .has_sequence = !made->unnumbered,
        .sequence = made->unnumbered ? 0 : made->sequence,
        .session = session_of(mirror, made),
        .inner.kind = FRAME_ETHERNET,
        .inner_captured = MIN(kept, FRAME_MAX),
        .inner_length = kept,
        .mirrored_length = size,
        .cut = made->cut || kept < size,
        .fcs = made->fcs ? FCS_GOOD : FCS_NONE,
    };
    if (made->cut)
        copy->anomalies |= anomaly_bit(ANOMALY_TRUNCATED);
    else if (kept < size)
        copy->anomalies |= anomaly_bit(ANOMALY_CUT);
    if (made->quoted)
        copy->anomalies |= anomaly_bit(ANOMALY_QUOTED);
    if (copy->session != NULL && !made->quoted && !made->broken)
        session_appear(mirror->sessions, copy->session);
}

/* The outer frame: Ethernet, IP, GRE, and what follows. */
static size_t outer_length(const struct made_copy *made, const struct copy *copy)
{
    size_t ip = made->ipv6 ? 40 : 20;
    size_t gre = made->unnumbered ? 4 : 8;
    return ETHERNET_LENGTH + ip + gre + copy->header_length + copy->inner_length;
}

struct analysis_finding mirror_take(struct mirror *mirror, const struct made_copy *made)
{
    struct analysis_finding finding = {0};
    uint8_t payload[HEADERS_MAX + FRAME_MAX] = {0};
    uint8_t frame[FRAME_MAX] = {0};
    struct copy copy;
    if (made->depth <= 1)
        mirror->now_ns += INTERVAL_NS;
    if (made->lost)
        return finding;
    if (made->depth <= 1)
        mirror->frame++;
    make(mirror, made, frame, &copy);
    memcpy(payload + copy.header_length, frame, FRAME_MAX);
    const struct analysis_place place = {
        .frame = mirror->frame,
        .arrival_ns = mirror->now_ns,
        .outer_length = outer_length(made, &copy),
        .outer_headers = made->outer_headers,
        .depth = MAX(made->depth, 1),
    };
    const struct bytes bytes = {payload, copy.header_length + copy.inner_captured};
    struct copy_digest digest;
    copy_digest_read(mirror->analysis, &copy, bytes, &digest);
    copy_analyse(mirror->analysis, &place, &copy, &digest, &finding);
    report_take(mirror->report, &place, &copy, &digest, &finding);
    return finding;
}

void mirror_take_numbers(struct mirror *mirror, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mirror_take(mirror, &(struct made_copy){.sequence = numbers[i], .content = numbers[i]});
}

void mirror_take_icmp(struct mirror *mirror, const struct made_copy *made, bool too_big,
                      uint32_t mtu)
{
    struct made_copy quoted = *made;
    uint8_t frame[FRAME_MAX] = {0};
    struct copy copy;
    quoted.quoted = true;
    make(mirror, &quoted, frame, &copy);
    const struct report_icmp icmp = {
        .too_big = too_big,
        .mtu = mtu,
        .quoted_length = outer_length(made, &copy) - ETHERNET_LENGTH,
    };
    report_add_icmp(mirror->report, &copy, &icmp);
}

const struct report_session *mirror_sum(struct mirror *mirror, size_t index)
{
    report_sum(mirror->report, mirror->analysis);
    g_assert_cmpuint(index, <, report_session_count(mirror->report));
    return report_session(mirror->report, index);
}
