/* inner-frame.c
 * The mirrored frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/dissector/inner-frame.h"

#include <epan/decode_as.h>

#include "plugin/base/referenced-items.h"

static int hf_erspan_inner_len = -1;
static int hf_erspan_inner_mirrored_len = -1;
static int hf_erspan_fcs = -1;
static int hf_erspan_fcs_status = -1;

static dissector_table_t payload_table;
static dissector_handle_t handles[FRAME_OPAQUE + 1];

static void add_fcs(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, const struct copy *copy)
{
    int offset = (int)(copy->header_length + copy->inner_length);
    bool checked = copy->fcs != FCS_UNCHECKED;
    if (!tvb_bytes_exist(tvb, offset, 4))
        return;
    /* Wireshark's own expert item would have the checksum in its text. */
    proto_item *fcs =
        proto_tree_add_checksum(tree, tvb, (unsigned)offset, hf_erspan_fcs, hf_erspan_fcs_status,
                                NULL, pinfo, copy->fcs_computed, ENC_LITTLE_ENDIAN,
                                checked ? PROTO_CHECKSUM_VERIFY : PROTO_CHECKSUM_NO_FLAGS);
    if (copy->fcs == FCS_BAD)
        anomaly_item_fcs_bad(pinfo, fcs);
}

void inner_frame_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, const struct copy *copy,
                     proto_item *items[ERSPAN_ITEMS])
{
    referenced_uint_add(tree, hf_erspan_inner_len, tvb, 0, 0, (uint32_t)copy->inner_length);
    proto_item *item = referenced_uint_add(tree, hf_erspan_inner_mirrored_len, tvb, 0, 0,
                                           (uint32_t)copy->mirrored_length);
    if (!copy->mirrored_length_known)
        proto_item_append_text(item, " or more");
    items[ITEM_MIRRORED_LENGTH] = item;
    if (copy->fcs != FCS_NONE)
        add_fcs(pinfo, tree, tvb, copy);
}

/* The length that a cut frame is dissected with. If nothing gives the original length, this is the
 * next usual limit above the captured length, so that the inner dissectors run out of captured
 * bytes. */
static size_t length_to_report(const struct copy *copy)
{
    static const size_t limits[] = {1514, 9014, 65549};
    if (copy->mirrored_length_known)
        return copy->mirrored_length;
    for (size_t i = 0; i < array_length(limits); i++)
        if (copy->mirrored_length < limits[i])
            return limits[i];
    return copy->mirrored_length + 1;
}

static tvbuff_t *inner_tvb(packet_info *pinfo, tvbuff_t *tvb, const struct copy *copy)
{
    int offset = (int)copy->header_length;
    int captured = (int)copy->inner_captured;
    if (!copy->cut)
        return tvb_new_subset_length_caplen(tvb, offset, captured, (int)copy->inner_length);
    /* A subset tvbuff is limited by its parent, and reading beyond is reported as a malformed
     * packet. So a cut frame becomes a data source of its own. */
    const uint8_t *data = tvb_get_ptr(tvb, offset, captured);
    tvbuff_t *cut =
        tvb_new_child_real_data(tvb, data, (unsigned)captured, (int)length_to_report(copy));
    add_new_data_source(pinfo, cut, "Mirrored frame (cut)");
    return cut;
}

void inner_frame_dissect(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                         const struct copy *copy)
{
    if (copy->inner_length == 0 || (copy->cut && copy->inner_captured == 0))
        return;
    tvbuff_t *inner = inner_tvb(pinfo, tvb, copy);
    if (compat_try_payload(payload_table, inner, pinfo, tree) > 0)
        return;
    call_dissector(handles[copy->inner.kind], inner, pinfo, tree);
}

static void payload_prompt(packet_info *pinfo _U_, char *result)
{
    (void)g_strlcpy(result, "Decode the mirrored frame as", MAX_DECODE_AS_PROMPT_LEN);
}

void inner_frame_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_inner_len,
         {"Mirrored frame in the copy", "erspan.inner.len", FT_UINT32, BASE_DEC | BASE_UNIT_STRING,
          &units_byte_bytes, 0x0, "Bytes the copy carries, frame check sequence excluded", HFILL}},
        {&hf_erspan_inner_mirrored_len,
         {"Mirrored frame at the source", "erspan.inner.mirrored_len", FT_UINT32,
          BASE_DEC | BASE_UNIT_STRING, &units_byte_bytes, 0x0,
          "Bytes the source saw, frame check sequence excluded", HFILL}},
        {&hf_erspan_fcs,
         {"Frame check sequence", "erspan.fcs", FT_UINT32, BASE_HEX, NULL, 0x0,
          "Of the mirrored frame, which most sources leave out", HFILL}},
        {&hf_erspan_fcs_status,
         {"Frame check sequence status", "erspan.fcs.status", FT_UINT8, BASE_NONE,
          VALS(proto_checksum_vals), 0x0, NULL, HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
    payload_table = register_decode_as_next_proto(proto, "erspan.payload", "ERSPAN mirrored frame",
                                                  payload_prompt);
}

void inner_frame_handoff(int proto)
{
    static const char *const choices[] = {"eth_withoutfcs", "ip", "ipv6", "mpls", "wlan"};
    for (size_t i = 0; i < array_length(choices); i++) {
        dissector_handle_t choice = find_dissector(choices[i]);
        if (choice != NULL)
            dissector_add_for_decode_as("erspan.payload", choice);
    }
    handles[FRAME_ETHERNET] = find_dissector_add_dependency("eth_withoutfcs", proto);
    handles[FRAME_IPV4] = find_dissector_add_dependency("ip", proto);
    handles[FRAME_IPV6] = find_dissector_add_dependency("ipv6", proto);
    handles[FRAME_OPAQUE] = find_dissector("data");
}
