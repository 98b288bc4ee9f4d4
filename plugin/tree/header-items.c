/* header-items.c
 * The ERSPAN header in the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/header-items.h"

#include "plugin/base/referenced-items.h"
#include "plugin/tree/subheader-items.h"

/* Wireshark's own fields: same names, types, masks and value strings, so that old filters keep
 * working; the value strings are what 'erspan.version == "Type II"' is matched against. */
static int hf_erspan_version = -1;
static int hf_erspan_vlan = -1;
static int hf_erspan_cos = -1;
static int hf_erspan_encap = -1;
static int hf_erspan_bso = -1;
static int hf_erspan_truncated = -1;
static int hf_erspan_spanid = -1;
static int hf_erspan_reserved = -1;
static int hf_erspan_index = -1;
static int hf_erspan_timestamp = -1;
static int hf_erspan_sgt = -1;
static int hf_erspan_p = -1;
static int hf_erspan_ft = -1;
static int hf_erspan_hw = -1;
static int hf_erspan_gra = -1;
static int hf_erspan_direction = -1;
static int hf_erspan_o = -1;
/* New. */
static int hf_erspan_session = -1;

static const value_string version_vals[] = {
    {ERSPAN_VERSION_II, "Type II"},
    {ERSPAN_VERSION_III, "Type III"},
    {0, NULL},
};

static const value_string encap_vals[] = {
    {ERSPAN_EN_NONE, "Originally without VLAN tag"},
    {ERSPAN_EN_ISL, "Originally ISL encapsulated"},
    {ERSPAN_EN_DOT1Q, "Originally 802.1Q encapsulated"},
    {ERSPAN_EN_PRESERVED, "VLAN tag preserved in frame"},
    {0, NULL},
};

static const value_string bso_vals[] = {
    {ERSPAN_BSO_GOOD, "Good or unknown integrity"},
    {ERSPAN_BSO_SHORT, "Short frame"},
    {ERSPAN_BSO_OVERSIZED, "Oversized frame"},
    {ERSPAN_BSO_BAD, "CRC or alignment error"},
    {0, NULL},
};

static const value_string truncated_vals[] = {
    {0, "Not truncated"},
    {1, "Truncated"},
    {0, NULL},
};

static const value_string ft_vals[] = {
    {ERSPAN_FT_ETHERNET, "Ethernet"},
    {ERSPAN_FT_IP, "IP"},
    {0, NULL},
};

static const value_string gra_vals[] = {
    {ERSPAN_GRA_100_US, "100 microseconds"},
    {ERSPAN_GRA_100_NS, "100 nanoseconds"},
    {ERSPAN_GRA_1588, "IEEE 1588"},
    {ERSPAN_GRA_CUSTOM, "Custom granularity"},
    {0, NULL},
};

static const true_false_string direction_tfs = {"Egress", "Ingress"};

static void add_first_word(proto_tree *tree, tvbuff_t *tvb, const struct erspan_header *header,
                           proto_item *items[ERSPAN_ITEMS])
{
    bool type_ii = header->type == ERSPAN_TYPE_II;
    items[ITEM_VERSION] = referenced_item_add(tree, hf_erspan_version, tvb, 0, 2);
    items[ITEM_VLAN] = referenced_item_add(tree, hf_erspan_vlan, tvb, 0, 2);
    if (type_ii && header->en_bso == ERSPAN_EN_PRESERVED)
        proto_item_append_text(items[ITEM_VLAN], " (undefined: the tag is in the frame)");
    referenced_item_add(tree, hf_erspan_cos, tvb, 2, 2);
    items[ITEM_ENCAP_BSO] =
        referenced_item_add(tree, type_ii ? hf_erspan_encap : hf_erspan_bso, tvb, 2, 2);
    items[ITEM_TRUNCATED] = referenced_item_add(tree, hf_erspan_truncated, tvb, 2, 2);
    referenced_item_add(tree, hf_erspan_session, tvb, 2, 2);
    proto_item_set_hidden(referenced_item_add(tree, hf_erspan_spanid, tvb, 2, 2));
}

static void add_last_word(proto_tree *tree, tvbuff_t *tvb, proto_item *items[ERSPAN_ITEMS])
{
    referenced_item_add(tree, hf_erspan_sgt, tvb, 8, 2);
    referenced_item_add(tree, hf_erspan_p, tvb, 10, 2);
    items[ITEM_FRAME_TYPE] = referenced_item_add(tree, hf_erspan_ft, tvb, 10, 2);
    referenced_item_add(tree, hf_erspan_hw, tvb, 10, 2);
    referenced_item_add(tree, hf_erspan_direction, tvb, 10, 2);
    items[ITEM_GRANULARITY] = referenced_item_add(tree, hf_erspan_gra, tvb, 10, 2);
    items[ITEM_OPTIONAL] = referenced_item_add(tree, hf_erspan_o, tvb, 10, 2);
}

void header_items_add(proto_tree *tree, tvbuff_t *tvb, const struct copy *copy,
                      proto_item *items[ERSPAN_ITEMS])
{
    const struct erspan_header *header = &copy->header;
    unsigned captured = tvb_captured_length(tvb);
    if (header->type == ERSPAN_TYPE_I || captured < 4)
        return;
    if (!copy->reading.version_known) {
        items[ITEM_VERSION] = referenced_item_add(tree, hf_erspan_version, tvb, 0, 2);
        return;
    }
    add_first_word(tree, tvb, header, items);
    if (captured < ERSPAN_II_LENGTH)
        return;
    if (header->type == ERSPAN_TYPE_II) {
        items[ITEM_RESERVED] = referenced_item_add(tree, hf_erspan_reserved, tvb, 4, 4);
        referenced_item_add(tree, hf_erspan_index, tvb, 4, 4);
        return;
    }
    referenced_item_add(tree, hf_erspan_timestamp, tvb, 4, 4);
    if (captured < ERSPAN_III_LENGTH)
        return;
    add_last_word(tree, tvb, items);
    if (header->has_subheader && captured >= ERSPAN_III_LENGTH + SUBHEADER_LENGTH)
        subheader_items_add(tree, tvb, header);
}

void header_items_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_version,
         {"Version", "erspan.version", FT_UINT16, BASE_DEC, VALS(version_vals), 0xf000, NULL,
          HFILL}},
        {&hf_erspan_vlan, {"Vlan", "erspan.vlan", FT_UINT16, BASE_DEC, NULL, 0x0fff, NULL, HFILL}},
        {&hf_erspan_cos, {"COS", "erspan.cos", FT_UINT16, BASE_DEC, NULL, 0xe000, NULL, HFILL}},
        {&hf_erspan_encap,
         {"Encap", "erspan.encap", FT_UINT16, BASE_DEC, VALS(encap_vals), 0x1800, NULL, HFILL}},
        {&hf_erspan_bso,
         {"Bad/Short/Oversized", "erspan.bso", FT_UINT16, BASE_DEC, VALS(bso_vals), 0x1800, NULL,
          HFILL}},
        {&hf_erspan_truncated,
         {"Truncated", "erspan.truncated", FT_UINT16, BASE_DEC, VALS(truncated_vals), 0x0400,
          "The source cut the frame so that the copy fits its MTU", HFILL}},
        {&hf_erspan_session,
         {"Session ID", "erspan.session", FT_UINT16, BASE_DEC, NULL, 0x03ff, NULL, HFILL}},
        {&hf_erspan_spanid,
         {"SpanID", "erspan.spanid", FT_UINT16, BASE_DEC, NULL, 0x03ff,
          "Another name of erspan.session", HFILL}},
        {&hf_erspan_reserved,
         {"Reserved", "erspan.reserved", FT_UINT32, BASE_DEC, NULL, 0xfff00000, NULL, HFILL}},
        {&hf_erspan_index,
         {"Index", "erspan.index", FT_UINT32, BASE_DEC, NULL, 0x000fffff, NULL, HFILL}},
        {&hf_erspan_timestamp,
         {"Timestamp", "erspan.timestamp", FT_UINT32, BASE_DEC, NULL, 0xffffffff, NULL, HFILL}},
        {&hf_erspan_sgt,
         {"Security Group Tag", "erspan.sgt", FT_UINT16, BASE_DEC, NULL, 0xffff, NULL, HFILL}},
        {&hf_erspan_p,
         {"Has Ethernet PDU", "erspan.p", FT_UINT16, BASE_DEC, NULL, 0x8000, NULL, HFILL}},
        {&hf_erspan_ft,
         {"Frame Type", "erspan.ft", FT_UINT16, BASE_DEC, VALS(ft_vals), 0x7c00, NULL, HFILL}},
        {&hf_erspan_hw,
         {"Hardware ID", "erspan.hw", FT_UINT16, BASE_DEC, NULL, 0x03f0, NULL, HFILL}},
        {&hf_erspan_gra,
         {"Timestamp granularity", "erspan.gra", FT_UINT16, BASE_DEC, VALS(gra_vals), 0x0006,
          "As declared; some sources count in other units", HFILL}},
        {&hf_erspan_direction,
         {"Direction", "erspan.direction", FT_BOOLEAN, 16, TFS(&direction_tfs), 0x0008, NULL,
          HFILL}},
        {&hf_erspan_o,
         {"Optional Sub headers", "erspan.o", FT_UINT16, BASE_DEC, NULL, 0x0001, NULL, HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
}
