/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type II, draft-foschiano-erspan-03 section 4.2:
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-------+-----------------------+-----+---+-+-------------------+
 *  |  Ver  |          VLAN         | COS | En|T|    Session ID     |
 *  +-------+---------------+-------+-----+---+-+-------------------+
 *  |      Reserved         |                  Index                |
 *  +-----------------------+---------------------------------------+
 *
 * Type III, section 4.3:
 *
 *  +-------+-----------------------+-----+---+-+-------------------+
 *  |  Ver  |          VLAN         | COS |BSO|T|    Session ID     |
 *  +-------+-----------------------+-----+---+-+-------------------+
 *  |                          Timestamp                            |
 *  +-------------------------------+-+---------+-----------+-+---+-+
 *  |             SGT               |P|    FT   |   Hw ID   |D|Gra|O|
 *  +-------------------------------+-+---------+-----------+-+---+-+
 *  |     Platform-specific sub-header, 8 bytes, when O is set      |
 *  +---------------------------------------------------------------+
 */
#include "core/wire/erspan.h"

size_t erspan_length(enum erspan_type type, bool has_subheader)
{
    switch (type) {
    case ERSPAN_TYPE_II:
        return ERSPAN_II_LENGTH;
    case ERSPAN_TYPE_III:
        return has_subheader ? ERSPAN_III_LENGTH + SUBHEADER_LENGTH : ERSPAN_III_LENGTH;
    case ERSPAN_TYPE_I:
        break;
    }
    return 0;
}

static void decode_first_word(uint32_t word, struct erspan_header *header)
{
    header->version = (uint8_t)(word >> 28);
    header->vlan = (uint16_t)(word >> 16 & 0xfff);
    header->cos = (uint8_t)(word >> 13 & 7);
    header->en_bso = (uint8_t)(word >> 11 & 3);
    header->truncated = word >> 10 & 1;
    header->session = (uint16_t)(word & 0x3ff);
}

static void decode_last_word(uint32_t word, struct erspan_header *header)
{
    header->sgt = (uint16_t)(word >> 16);
    header->ethernet_pdu = word >> 15 & 1;
    header->frame_type = (uint8_t)(word >> 10 & 0x1f);
    header->hardware_id = (uint8_t)(word >> 4 & 0x3f);
    header->egress = word >> 3 & 1;
    header->granularity = (uint8_t)(word >> 1 & 3);
    header->optional = word & 1;
}

struct failure erspan_decode(struct bytes payload, enum erspan_type type, bool has_subheader,
                             struct erspan_header *header)
{
    *header = (struct erspan_header){.type = type};
    if (type == ERSPAN_TYPE_I)
        return (struct failure){FAILURE_NONE, 0, 0};

    if (bytes_has(payload, 0, 4))
        decode_first_word(bytes_u32(payload, 0), header);
    if (type == ERSPAN_TYPE_II) {
        if (!bytes_has(payload, 0, ERSPAN_II_LENGTH))
            return (struct failure){FAILURE_HEADER_CUT, payload.len, ERSPAN_II_LENGTH};
        header->reserved = (uint16_t)(bytes_u32(payload, 4) >> 20);
        header->index = bytes_u32(payload, 4) & 0xfffff;
        return (struct failure){FAILURE_NONE, 0, 0};
    }

    if (bytes_has(payload, 4, 4))
        header->timestamp = bytes_u32(payload, 4);
    if (!bytes_has(payload, 0, ERSPAN_III_LENGTH))
        return (struct failure){FAILURE_HEADER_CUT, payload.len, ERSPAN_III_LENGTH};
    decode_last_word(bytes_u32(payload, 8), header);
    if (!has_subheader)
        return (struct failure){FAILURE_NONE, 0, 0};
    header->has_subheader = true;
    return subheader_decode(payload, ERSPAN_III_LENGTH, &header->subheader);
}

void erspan_encode(const struct erspan_header *header, struct buffer *out)
{
    if (header->type == ERSPAN_TYPE_I)
        return;
    buffer_put32(out, (uint32_t)(header->version & 0xf) << 28 |
                          (uint32_t)(header->vlan & 0xfff) << 16 |
                          (uint32_t)(header->cos & 7) << 13 | (uint32_t)(header->en_bso & 3) << 11 |
                          (uint32_t)header->truncated << 10 | (header->session & 0x3ff));
    if (header->type == ERSPAN_TYPE_II) {
        buffer_put32(out, (uint32_t)(header->reserved & 0xfff) << 20 | (header->index & 0xfffff));
        return;
    }
    buffer_put32(out, header->timestamp);
    buffer_put32(out, (uint32_t)header->sgt << 16 | (uint32_t)header->ethernet_pdu << 15 |
                          (uint32_t)(header->frame_type & 0x1f) << 10 |
                          (uint32_t)(header->hardware_id & 0x3f) << 4 |
                          (uint32_t)header->egress << 3 | (uint32_t)(header->granularity & 3) << 1 |
                          (uint32_t)header->optional);
    if (header->has_subheader)
        subheader_encode(&header->subheader, out);
}
