/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/paths/path-alike.h"

#include "core/wire/protocol.h"

enum {
    AT_NUMBERS = 4,       /* TCP: sequence and acknowledgement number */
    AT_DATA = 8,          /* of UDP and ICMP */
    AT_IDENTIFIER = 4,    /* of an ICMP echo, which translators change like a port */
    AT_ECHO_SEQUENCE = 6, /* likewise */
    OTHERS = 12           /* bytes that tell packets of other protocols apart */
};

/* In place of what is left of a checksum. */
enum { NO_CHECKSUM = 1 << 16, PARTIAL_CHECKSUM = 1 << 17 };

static void read_tcp(struct path_stays *stays, struct bytes behind)
{
    if (!bytes_has(behind, 0, TCP_AT_CHECKSUM + 2))
        return;
    stays->first = bytes_u64(behind, AT_NUMBERS);
    stays->second = bytes_u32(behind, TCP_AT_DATA_OFFSET);
    stays->checksum = bytes_u16(behind, TCP_AT_CHECKSUM);
    stays->has_checksum = true;
    stays->usable = true;
}

static void read_udp(struct path_stays *stays, struct bytes behind)
{
    if (!bytes_has(behind, 0, AT_DATA))
        return;
    stays->first = (uint64_t)bytes_u16(behind, UDP_AT_LENGTH) << 32 | bytes_u32(behind, AT_DATA);
    stays->checksum = bytes_u16(behind, UDP_AT_CHECKSUM);
    stays->has_checksum = stays->checksum != 0;
    stays->usable = true;
}

static bool is_echo(uint8_t type, bool v6)
{
    return v6 ? type == 128 || type == 129 /* RFC 4443 */ : type == 0 || type == 8 /* RFC 792 */;
}

/* ICMPv6 has a pseudo-header (RFC 4443, section 2.3), ICMP has none. */
static void read_icmp(struct path_stays *stays, struct bytes behind, bool v6)
{
    if (!bytes_has(behind, 0, AT_DATA))
        return;
    uint8_t type = bytes_u8(behind, 0);
    uint16_t word = bytes_u16(behind, AT_IDENTIFIER);
    stays->changeable = is_echo(type, v6) ? word : 0;
    word = is_echo(type, v6) ? 0 : word;
    stays->addresses = v6 ? stays->addresses : 0;
    stays->first =
        (uint64_t)type << 32 | (uint64_t)word << 16 | bytes_u16(behind, AT_ECHO_SEQUENCE);
    stays->checksum = bytes_u16(behind, ICMP_AT_CHECKSUM);
    stays->has_checksum = true;
    stays->usable = true;
}

void path_stays_read(struct path_stays *stays, uint8_t protocol, bool fragment, struct bytes behind)
{
    stays->protocol = protocol;
    if (!fragment && protocol == IP_PROTOCOL_TCP) {
        read_tcp(stays, behind);
    } else if (!fragment && protocol == IP_PROTOCOL_UDP) {
        read_udp(stays, behind);
    } else if (!fragment && (protocol == IP_PROTOCOL_ICMP || protocol == IP_PROTOCOL_ICMPV6)) {
        read_icmp(stays, behind, protocol == IP_PROTOCOL_ICMPV6);
    } else {
        stays->usable = behind.len > 0;
        stays->first = hash_bytes(0, bytes_first(behind, OTHERS));
    }
}

static uint32_t fold(uint64_t sum)
{
    sum = (sum >> 32) + (sum >> 16 & UINT16_MAX) + (sum & UINT16_MAX);
    sum = (sum >> 16) + (sum & UINT16_MAX);
    return (uint32_t)((sum >> 16) + (sum & UINT16_MAX));
}

/* What is left of the checksum without what a translator changes. With checksum offload the field
 * of TCP and UDP holds the sum of the pseudo-header alone. */
static uint32_t rest_of(const struct path_stays *stays)
{
    bool icmp = stays->protocol == IP_PROTOCOL_ICMP || stays->protocol == IP_PROTOCOL_ICMPV6;
    if (!stays->has_checksum)
        return NO_CHECKSUM;
    if (!icmp && stays->checksum == fold((uint64_t)stays->addresses + stays->pseudo))
        return PARTIAL_CHECKSUM;
    uint32_t changeable = fold((uint64_t)stays->addresses + stays->changeable);
    uint32_t rest = fold((uint64_t)(uint16_t)~stays->checksum + (UINT16_MAX - changeable));
    return rest == UINT16_MAX ? 0 : rest; /* one number in ones' complement */
}

bool path_stays_alike(const struct path_stays *a, const struct path_stays *b)
{
    return a->usable && b->usable && a->first == b->first && a->second == b->second &&
           a->pseudo == b->pseudo && a->id == b->id && a->protocol == b->protocol &&
           rest_of(a) == rest_of(b);
}

uint64_t path_stays_content(const struct path_stays *stays)
{
    return hash_word(hash_word(stays->first, stays->second),
                     (uint64_t)stays->pseudo << 32 | rest_of(stays));
}

bool path_stays_identify(const struct path_stays *stays)
{
    if (rest_of(stays) == NO_CHECKSUM)
        return false;
    if (stays->protocol == IP_PROTOCOL_TCP)
        return stays->first != 0;
    return stays->id != 0 && rest_of(stays) != PARTIAL_CHECKSUM;
}
