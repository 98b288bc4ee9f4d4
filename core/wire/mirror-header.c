/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layouts, behind GRE or UDP, in bits. Those of VXLAN, Geneve and TZSP stand in
 * core/wire/enclosure.c. Here is what they offer beside the frame:
 *
 *   GRE       key, sequence number                                    RFC 2890
 *   VXLAN     VNI                                                     RFC 7348
 *   Geneve    VNI; only with EtherType 0x6558                         RFC 8926
 *   TZSP      field 40, 4 bytes: packet ID                            as Wireshark reads it
 *   HP ERM    12 bytes, of which only VLAN and priority are known
 *   Juniper   mirror 32 · session 32; then Ethernet, or IP by itself
 */
#include "core/wire/mirror-header.h"

#include "core/wire/enclosure.h"
#include "core/wire/protocol.h"

enum { VXLAN_AT_VNI = 4, GENEVE_AT_TYPE = 2, GENEVE_AT_VNI = 4 };
enum { HP_ERM_LENGTH = 12, JUNIPER_LENGTH = 8, JUNIPER_AT_SESSION = 4 };
enum { TZSP_FIELD_END = 1, TZSP_FIELD_PACKET_ID = 40 };

static int64_t u24(struct bytes bytes, size_t at)
{
    return bytes_u32(bytes, at) >> 8;
}

static void take_packet_id(struct bytes payload, struct mirror_header *header)
{
    size_t at = TZSP_LENGTH;
    for (unsigned i = 0; i < TZSP_FIELDS_MAX && bytes_u8(payload, at) != TZSP_FIELD_END; i++) {
        uint8_t length = bytes_u8(payload, at + 1);
        if (bytes_u8(payload, at) == TZSP_FIELD_PACKET_ID && length == 4) {
            header->has_sequence = bytes_has(payload, at + 2, 4);
            header->sequence = bytes_u32(payload, at + 2);
        }
        at += bytes_u8(payload, at) == 0 ? 1 : (size_t)length + 2;
    }
}

/* Where core/wire/enclosure.h finds the frame. */
static bool enclosed_frame(uint16_t port, struct bytes payload, struct mirror_header *header)
{
    struct enclosure_content content;
    if (!enclosure_enter(ENCLOSURE_BY_UDP_PORT, port, payload, &content))
        return false;
    bool ethernet = content.kind == ENCLOSURE_ETHERNET ||
                    (content.kind == ENCLOSURE_ETHER_TYPE && content.number == ETHER_TYPE_BRIDGING);
    header->offset = content.offset;
    return ethernet;
}

static bool decode(const struct outer *outer, uint16_t skip, struct mirror_header *header)
{
    struct bytes payload = outer->payload;
    switch (header->kind) {
    case MIRROR_GRE:
    case MIRROR_EVERFLOW:
        if (outer->gre.flags & GRE_BIT_KEY)
            header->id = outer->gre.key;
        header->has_sequence = outer->gre.flags & GRE_BIT_SEQUENCE;
        header->sequence = outer->gre.sequence;
        header->offset = header->kind == MIRROR_EVERFLOW ? EVERFLOW_LENGTH : skip;
        break;
    case MIRROR_VXLAN:
        header->id = u24(payload, VXLAN_AT_VNI);
        if (!enclosed_frame(UDP_PORT_VXLAN, payload, header))
            return false;
        break;
    case MIRROR_GENEVE:
        header->id = u24(payload, GENEVE_AT_VNI);
        if (!enclosed_frame(UDP_PORT_GENEVE, payload, header))
            return false;
        break;
    case MIRROR_TZSP:
        take_packet_id(payload, header);
        if (!enclosed_frame(UDP_PORT_TZSP, payload, header))
            return false;
        break;
    case MIRROR_HP_ERM:
        header->offset = HP_ERM_LENGTH;
        break;
    case MIRROR_JUNIPER:
        header->id = bytes_u32(payload, JUNIPER_AT_SESSION);
        header->offset = JUNIPER_LENGTH;
        break;
    case MIRROR_ERSPAN:
    case MIRROR_KINDS:
        return false;
    }
    return bytes_has(payload, header->offset, 1);
}

static bool address_fits(const struct address *wanted, const struct address *found)
{
    return wanted->len == 0 || address_equal(wanted, found);
}

bool mirror_is_in_gre(enum mirror_kind kind)
{
    return kind == MIRROR_GRE || kind == MIRROR_EVERFLOW;
}

static bool rule_fits(const struct mirror_rule *rule, const struct failure *failure,
                      const struct outer *outer)
{
    bool gre = failure->kind == FAILURE_NOT_ERSPAN && outer->has_gre;
    if (mirror_is_in_gre(rule->kind) ? !gre : failure->kind != FAILURE_UDP_PORT)
        return false;
    return failure->found == rule->number && address_fits(&rule->source, &outer->source) &&
           address_fits(&rule->destination, &outer->destination);
}

bool mirror_read(const struct failure *failure, const struct outer *outer,
                 const struct mirror_rules *rules, struct mirror_header *header)
{
    static const struct mirror_rule plain[] = {
        {.kind = MIRROR_EVERFLOW, .number = GRE_PROTOCOL_EVERFLOW, .id = MIRROR_NO_ID},
        {.kind = MIRROR_TZSP, .number = UDP_PORT_TZSP, .id = MIRROR_NO_ID},
    };
    enum { PLAIN = sizeof plain / sizeof plain[0] };
    if (failure->kind != FAILURE_NOT_ERSPAN && failure->kind != FAILURE_UDP_PORT)
        return false;
    for (size_t i = 0; i < rules->count + PLAIN; i++) {
        const struct mirror_rule *rule =
            i < rules->count ? &rules->rules[i] : &plain[i - rules->count];
        if (!rule_fits(rule, failure, outer))
            continue;
        *header = (struct mirror_header){
            .kind = rule->kind,
            .reason = i < rules->count ? MIRROR_BY_USER : MIRROR_BY_HEADER,
            .id = MIRROR_NO_ID,
        };
        if (decode(outer, rule->skip, header) &&
            (rule->id == MIRROR_NO_ID || rule->id == header->id))
            return true;
    }
    return false;
}

bool mirror_read_candidate(const struct failure *failure, const struct outer *outer,
                           struct mirror_header *header)
{
    static const struct mirror_rules candidates = {
        {
            {.kind = MIRROR_GRE, .number = GRE_PROTOCOL_BRIDGING, .id = MIRROR_NO_ID},
            {.kind = MIRROR_VXLAN, .number = UDP_PORT_VXLAN, .id = MIRROR_NO_ID},
            {.kind = MIRROR_GENEVE, .number = UDP_PORT_GENEVE, .id = MIRROR_NO_ID},
        },
        3,
        true,
    };
    bool found = mirror_read(failure, outer, &candidates, header);
    header->reason = MIRROR_BY_DIRECTIONS;
    return found;
}

static void put_u24(uint32_t value, struct buffer *out)
{
    buffer_put32(out, value << 8);
}

static void put_packet_id(uint32_t sequence, struct buffer *out)
{
    buffer_put8(out, TZSP_FIELD_PACKET_ID);
    buffer_put8(out, sizeof sequence);
    buffer_put32(out, sequence);
}

void mirror_encode(const struct mirror_header *header, struct buffer *out)
{
    enum { VXLAN_HAS_VNI = 0x08, TZSP_VERSION = 1, TZSP_RECEIVED = 0, TZSP_ETHERNET = 1 };
    uint32_t id = header->id == MIRROR_NO_ID ? 0 : (uint32_t)header->id;
    switch (header->kind) {
    case MIRROR_EVERFLOW:
        buffer_zero(out, EVERFLOW_LENGTH);
        break;
    case MIRROR_VXLAN:
        buffer_put32(out, (uint32_t)VXLAN_HAS_VNI << 24);
        put_u24(id, out);
        break;
    case MIRROR_GENEVE:
        buffer_put16(out, 0);
        buffer_put16(out, ETHER_TYPE_BRIDGING);
        put_u24(id, out);
        break;
    case MIRROR_TZSP:
        buffer_put8(out, TZSP_VERSION);
        buffer_put8(out, TZSP_RECEIVED);
        buffer_put16(out, TZSP_ETHERNET);
        if (header->has_sequence)
            put_packet_id(header->sequence, out);
        buffer_put8(out, TZSP_FIELD_END);
        break;
    case MIRROR_HP_ERM:
        buffer_zero(out, HP_ERM_LENGTH);
        break;
    case MIRROR_JUNIPER:
        buffer_put32(out, 0);
        buffer_put32(out, id);
        break;
    case MIRROR_ERSPAN:
    case MIRROR_GRE:
    case MIRROR_KINDS:
        break;
    }
}
