/* subheader-items.c
 * The platform-specific sub-header in the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/subheader-items.h"

#include "core/clock/timestamp.h"
#include "plugin/base/referenced-items.h"

enum { AT_WORD1 = ERSPAN_III_LENGTH, AT_WORD2 = ERSPAN_III_LENGTH + 4, AT_TIMESTAMP = 4 };

/* Wireshark's own fields, one set for each platform. */
static int hf_erspan_platid = -1;
static int hf_erspan_pid1_rsvd1 = -1;
static int hf_erspan_pid1_vsmid = -1;
static int hf_erspan_pid1_port_index = -1;
static int hf_erspan_pid3_rsvd1 = -1;
static int hf_erspan_pid3_port_index = -1;
static int hf_erspan_pid3_timestamp = -1;
static int hf_erspan_pid4_rsvd1 = -1;
static int hf_erspan_pid4_rsvd2 = -1;
static int hf_erspan_pid4_rsvd3 = -1;
static int hf_erspan_pid5_switchid = -1;
static int hf_erspan_pid5_port_index = -1;
static int hf_erspan_pid5_timestamp = -1;
static int hf_erspan_pid7_rsvd1 = -1;
static int hf_erspan_pid7_source_index = -1;
static int hf_erspan_pid7_timestamp = -1;
static int hf_erspan_pid_rsvd = -1;
/* The same value under one name, whatever the platform. */
static int hf_erspan_port = -1;
static int hf_erspan_switch = -1;
static int hf_erspan_timestamp64 = -1;

static void add_word(proto_tree *tree, int hf, tvbuff_t *tvb, int offset)
{
    referenced_item_add(tree, hf, tvb, offset, 4);
}

static void add_platform(proto_tree *tree, tvbuff_t *tvb, uint8_t platform)
{
    switch (subheader_layout(platform)) {
    case SUBHEADER_VSM:
        add_word(tree, hf_erspan_pid1_rsvd1, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid1_vsmid, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid1_port_index, tvb, AT_WORD2);
        break;
    case SUBHEADER_PORT_TIME:
        add_word(tree, hf_erspan_pid3_rsvd1, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid3_port_index, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid3_timestamp, tvb, AT_WORD2);
        break;
    case SUBHEADER_RESERVED:
        add_word(tree, hf_erspan_pid4_rsvd1, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid4_rsvd2, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid4_rsvd3, tvb, AT_WORD2);
        break;
    case SUBHEADER_SWITCH_SECONDS:
        add_word(tree, hf_erspan_pid5_switchid, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid5_port_index, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid5_timestamp, tvb, AT_WORD2);
        break;
    case SUBHEADER_INDEX_TIME:
        add_word(tree, hf_erspan_pid7_rsvd1, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid7_source_index, tvb, AT_WORD1);
        add_word(tree, hf_erspan_pid7_timestamp, tvb, AT_WORD2);
        break;
    case SUBHEADER_OPAQUE:
        referenced_item_add(tree, hf_erspan_pid_rsvd, tvb, AT_WORD1, 8);
        break;
    }
}

/* Where the port or index stands. */
static int port_offset(uint8_t platform)
{
    return subheader_layout(platform) == SUBHEADER_VSM ? AT_WORD2 : AT_WORD1;
}

static void add_common(proto_tree *tree, tvbuff_t *tvb, const struct erspan_header *header)
{
    const struct subheader *subheader = &header->subheader;
    if (subheader_has_port(subheader))
        referenced_uint_add(tree, hf_erspan_port, tvb, port_offset(subheader->platform), 4,
                            subheader->port);
    if (subheader_has_seconds(subheader))
        referenced_uint_add(tree, hf_erspan_switch, tvb, AT_WORD1, 4, subheader->switch_id);
    if (timestamp_has_64(header))
        proto_item_set_generated(proto_tree_add_uint64(tree, hf_erspan_timestamp64, tvb,
                                                       AT_TIMESTAMP, AT_WORD2 + 4 - AT_TIMESTAMP,
                                                       timestamp_64(header)));
}

void subheader_items_add(proto_tree *tree, tvbuff_t *tvb, const struct erspan_header *header)
{
    add_word(tree, hf_erspan_platid, tvb, AT_WORD1);
    add_platform(tree, tvb, header->subheader.platform);
    add_common(tree, tvb, header);
}

void subheader_items_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_platid,
         {"Platform ID", "erspan.platid", FT_UINT32, BASE_DEC, NULL, 0xfc000000, NULL, HFILL}},
        {&hf_erspan_pid1_rsvd1,
         {"Reserved", "erspan.pid1.rsvd1", FT_UINT32, BASE_DEC, NULL, 0x03fff000, NULL, HFILL}},
        {&hf_erspan_pid1_vsmid,
         {"VSM Domain ID", "erspan.pid1.vsmid", FT_UINT32, BASE_DEC, NULL, 0x00000fff, NULL,
          HFILL}},
        {&hf_erspan_pid1_port_index,
         {"Port ID/Index", "erspan.pid1.port_index", FT_UINT32, BASE_DEC, NULL, 0xffffffff, NULL,
          HFILL}},
        {&hf_erspan_pid3_rsvd1,
         {"Reserved", "erspan.pid3.rsvd1", FT_UINT32, BASE_DEC, NULL, 0x03ffc000, NULL, HFILL}},
        {&hf_erspan_pid3_port_index,
         {"Port ID/Index", "erspan.pid3.port_index", FT_UINT32, BASE_DEC, NULL, 0x00003fff, NULL,
          HFILL}},
        {&hf_erspan_pid3_timestamp,
         {"Upper 32-bit Timestamp", "erspan.pid3.timestamp", FT_UINT32, BASE_DEC, NULL, 0xffffffff,
          NULL, HFILL}},
        {&hf_erspan_pid4_rsvd1,
         {"Reserved", "erspan.pid4.rsvd1", FT_UINT32, BASE_DEC, NULL, 0x03ffc000, NULL, HFILL}},
        {&hf_erspan_pid4_rsvd2,
         {"Reserved", "erspan.pid4.rsvd2", FT_UINT32, BASE_DEC, NULL, 0x00003fff, NULL, HFILL}},
        {&hf_erspan_pid4_rsvd3,
         {"Reserved", "erspan.pid4.rsvd3", FT_UINT32, BASE_DEC, NULL, 0xffffffff, NULL, HFILL}},
        {&hf_erspan_pid5_switchid,
         {"Switch ID", "erspan.pid5.switchid", FT_UINT32, BASE_DEC, NULL, 0x03ff0000, NULL, HFILL}},
        {&hf_erspan_pid5_port_index,
         {"Port ID/Index", "erspan.pid5.port_index", FT_UINT32, BASE_DEC, NULL, 0x0000ffff, NULL,
          HFILL}},
        {&hf_erspan_pid5_timestamp,
         {"Timestamp (seconds)", "erspan.pid5.timestamp", FT_UINT32, BASE_DEC, NULL, 0xffffffff,
          NULL, HFILL}},
        {&hf_erspan_pid7_rsvd1,
         {"Reserved", "erspan.pid7.rsvd1", FT_UINT32, BASE_DEC, NULL, 0x03f00000, NULL, HFILL}},
        {&hf_erspan_pid7_source_index,
         {"Source Index", "erspan.pid7.source_index", FT_UINT32, BASE_DEC, NULL, 0x000fffff, NULL,
          HFILL}},
        {&hf_erspan_pid7_timestamp,
         {"Upper 32-bit Timestamp", "erspan.pid7.timestamp", FT_UINT32, BASE_DEC, NULL, 0xffffffff,
          NULL, HFILL}},
        {&hf_erspan_pid_rsvd,
         {"Unpublished", "erspan.pid.rsvd", FT_UINT64, BASE_DEC, NULL, UINT64_C(0x3ffffffffffffff),
          "All 58 bits behind a platform ID without a published layout", HFILL}},
        {&hf_erspan_port,
         {"Port or index", "erspan.port", FT_UINT32, BASE_DEC, NULL, 0x0,
          "From whichever sub-header the source sends", HFILL}},
        {&hf_erspan_switch,
         {"Switch", "erspan.switch", FT_UINT16, BASE_DEC, NULL, 0x0,
          "From whichever sub-header the source sends", HFILL}},
        {&hf_erspan_timestamp64,
         {"Timestamp, 64 bits", "erspan.timestamp64", FT_UINT64, BASE_DEC, NULL, 0x0,
          "The sub-header's upper half joined to the header's lower half", HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
}
