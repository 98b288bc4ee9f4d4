/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +-----------+---------------------------+-----------------------+
 *  |    0x1    |         Reserved          |     VSM Domain ID     |
 *  |                       Port ID / Index                         |
 *  +-----------+-----------------------+---------------------------+
 *  |    0x3    |       Reserved        |     Port ID / Index       |
 *  |                  Timestamp, upper 32 bits                     |
 *  +-----------+-----------------------+---------------------------+
 *  |    0x4    |       Reserved        |         Reserved          |
 *  |                          Reserved                             |
 *  +-----------+-------------------+-------------------------------+
 *  | 0x5, 0x6  |     Switch ID     |        Port ID / Index        |
 *  |                     Timestamp, seconds                        |
 *  +-----------+-----------+---------------------------------------+
 *  | 0x7, 0x0  |  Reserved |             Source Index              |
 *  |                  Timestamp, upper 32 bits                     |
 *  +-----------+---------------------------------------------------+
 *  |  others   |  58 bits without a published meaning              |
 *  +-----------+---------------------------------------------------+
 */
#include "core/wire/subheader.h"

enum subheader_layout subheader_layout(uint8_t platform)
{
    switch (platform) {
    case 0x1:
        return SUBHEADER_VSM;
    case 0x3:
        return SUBHEADER_PORT_TIME;
    case 0x4:
        return SUBHEADER_RESERVED;
    case 0x5:
    case 0x6:
        return SUBHEADER_SWITCH_SECONDS;
    case 0x7:
    case 0x0:
        return SUBHEADER_INDEX_TIME;
    default:
        return SUBHEADER_OPAQUE;
    }
}

bool subheader_has_upper_time(const struct subheader *subheader)
{
    enum subheader_layout layout = subheader_layout(subheader->platform);
    return layout == SUBHEADER_PORT_TIME || layout == SUBHEADER_INDEX_TIME;
}

bool subheader_has_seconds(const struct subheader *subheader)
{
    return subheader_layout(subheader->platform) == SUBHEADER_SWITCH_SECONDS;
}

bool subheader_has_port(const struct subheader *subheader)
{
    enum subheader_layout layout = subheader_layout(subheader->platform);
    return layout != SUBHEADER_OPAQUE && layout != SUBHEADER_RESERVED;
}

struct failure subheader_decode(struct bytes payload, size_t offset, struct subheader *subheader)
{
    *subheader = (struct subheader){0};
    if (!bytes_has(payload, offset, SUBHEADER_LENGTH))
        return (struct failure){FAILURE_SUBHEADER_CUT, offset,
                                (uint32_t)bytes_from(payload, offset).len};
    uint32_t word1 = bytes_u32(payload, offset);
    uint32_t word2 = bytes_u32(payload, offset + 4);
    subheader->platform = (uint8_t)(word1 >> 26);
    switch (subheader_layout(subheader->platform)) {
    case SUBHEADER_VSM:
        subheader->reserved = word1 >> 12 & 0x3fff;
        subheader->domain = (uint16_t)(word1 & 0xfff);
        subheader->port = word2;
        break;
    case SUBHEADER_PORT_TIME:
        subheader->reserved = word1 >> 14 & 0xfff;
        subheader->port = word1 & 0x3fff;
        subheader->time = word2;
        break;
    case SUBHEADER_RESERVED:
        subheader->reserved = word1 & 0x3ffffff;
        subheader->reserved2 = word2;
        break;
    case SUBHEADER_SWITCH_SECONDS:
        subheader->switch_id = (uint16_t)(word1 >> 16 & 0x3ff);
        subheader->port = word1 & 0xffff;
        subheader->time = word2;
        break;
    case SUBHEADER_INDEX_TIME:
        subheader->reserved = word1 >> 20 & 0x3f;
        subheader->port = word1 & 0xfffff;
        subheader->time = word2;
        break;
    case SUBHEADER_OPAQUE:
        subheader->opaque = (uint64_t)(word1 & 0x3ffffff) << 32 | word2;
        break;
    }
    return (struct failure){FAILURE_NONE, 0, 0};
}

void subheader_encode(const struct subheader *subheader, struct buffer *out)
{
    uint32_t word1 = 0;
    uint32_t word2 = 0;
    switch (subheader_layout(subheader->platform)) {
    case SUBHEADER_VSM:
        word1 = (subheader->reserved & 0x3fff) << 12 | (subheader->domain & 0xfff);
        word2 = subheader->port;
        break;
    case SUBHEADER_PORT_TIME:
        word1 = (subheader->reserved & 0xfff) << 14 | (subheader->port & 0x3fff);
        word2 = subheader->time;
        break;
    case SUBHEADER_RESERVED:
        word1 = subheader->reserved & 0x3ffffff;
        word2 = subheader->reserved2;
        break;
    case SUBHEADER_SWITCH_SECONDS:
        word1 = (uint32_t)(subheader->switch_id & 0x3ff) << 16 | (subheader->port & 0xffff);
        word2 = subheader->time;
        break;
    case SUBHEADER_INDEX_TIME:
        word1 = (subheader->reserved & 0x3f) << 20 | (subheader->port & 0xfffff);
        word2 = subheader->time;
        break;
    case SUBHEADER_OPAQUE:
        word1 = (uint32_t)(subheader->opaque >> 32) & 0x3ffffff;
        word2 = (uint32_t)subheader->opaque;
        break;
    }
    buffer_put32(out, (uint32_t)(subheader->platform & 0x3f) << 26 | word1);
    buffer_put32(out, word2);
}
