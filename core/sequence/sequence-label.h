/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What a copy carries beside its number by which several counters under one session can be told
 * apart.
 */
#ifndef CORE_SEQUENCE_SEQUENCE_LABEL_H
#define CORE_SEQUENCE_SEQUENCE_LABEL_H

#include <stdbool.h>
#include <stdint.h>

enum sequence_label_part {
    SEQUENCE_LABEL_INDEX,       /* Type II */
    SEQUENCE_LABEL_HARDWARE_ID, /* Type III */
    SEQUENCE_LABEL_DIRECTION,   /* Type III, D */
    SEQUENCE_LABEL_TTL,         /* outer IP: TTL or hop limit */
    SEQUENCE_LABEL_MAC,         /* outer Ethernet: source address */
    SEQUENCE_LABEL_VLAN,        /* outer Ethernet: the outermost tag's VLAN ID */
    SEQUENCE_LABEL_PARTS
};

enum { SEQUENCE_LABEL_ALL = (1 << SEQUENCE_LABEL_PARTS) - 1 };

/** What is not known is 0. */
struct sequence_label {
    uint64_t mac;
    uint32_t index;
    uint16_t vlan;
    uint8_t hardware_id;
    uint8_t direction;
    uint8_t ttl;
};

/** True if counters that these parts tell apart, and no others, are those of several senders: what
 * one device puts there is the same in all its copies. */
static inline bool sequence_label_tells_senders(unsigned parts)
{
    const unsigned device = 1u << SEQUENCE_LABEL_INDEX | 1u << SEQUENCE_LABEL_HARDWARE_ID |
                            1u << SEQUENCE_LABEL_DIRECTION;
    return parts != 0 && (parts & device) == 0;
}

/** The parts in which the two differ, as 1u << enum sequence_label_part. */
static inline unsigned sequence_label_difference(const struct sequence_label *a,
                                                 const struct sequence_label *b)
{
    return (unsigned)(a->index != b->index) << SEQUENCE_LABEL_INDEX |
           (unsigned)(a->hardware_id != b->hardware_id) << SEQUENCE_LABEL_HARDWARE_ID |
           (unsigned)(a->direction != b->direction) << SEQUENCE_LABEL_DIRECTION |
           (unsigned)(a->ttl != b->ttl) << SEQUENCE_LABEL_TTL |
           (unsigned)(a->mac != b->mac) << SEQUENCE_LABEL_MAC |
           (unsigned)(a->vlan != b->vlan) << SEQUENCE_LABEL_VLAN;
}

#endif
