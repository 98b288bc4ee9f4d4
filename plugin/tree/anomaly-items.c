/* anomaly-items.c
 * Expert items
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/anomaly-items.h"

static expert_field ei_erspan_copy_truncated = EI_INIT;
static expert_field ei_erspan_copy_cut = EI_INIT;
static expert_field ei_erspan_frame_short = EI_INIT;
static expert_field ei_erspan_frame_oversized = EI_INIT;
static expert_field ei_erspan_frame_bad = EI_INIT;
static expert_field ei_erspan_version_contradiction = EI_INIT;
static expert_field ei_erspan_version_unknown = EI_INIT;
static expert_field ei_erspan_version_obsolete = EI_INIT;
static expert_field ei_erspan_reserved_set = EI_INIT;
static expert_field ei_erspan_type_undeclared = EI_INIT;
static expert_field ei_erspan_type_headerless = EI_INIT;
static expert_field ei_erspan_header_cut = EI_INIT;
static expert_field ei_erspan_subheader_hidden = EI_INIT;
static expert_field ei_erspan_subheader_missing = EI_INIT;
static expert_field ei_erspan_seq_absent = EI_INIT;
static expert_field ei_erspan_quoted = EI_INIT;
static expert_field ei_erspan_fcs_inner = EI_INIT;
static expert_field ei_erspan_fcs_bad = EI_INIT;
static expert_field ei_erspan_vlan_kept = EI_INIT;
static expert_field ei_erspan_vlan_missing = EI_INIT;
static expert_field ei_erspan_encap_isl = EI_INIT;
static expert_field ei_erspan_ft_reserved = EI_INIT;
static expert_field ei_erspan_ft_contradiction = EI_INIT;
static expert_field ei_erspan_nested = EI_INIT;
static expert_field ei_erspan_fcs_outer = EI_INIT;

static int hf_erspan_header_present = -1;

/* The item that an anomaly refers to. inner-frame.c adds that of a bad FCS beside the FCS. */
static const struct {
    expert_field *ei;
    enum erspan_item item;
} presentations[ANOMALIES] = {
    [ANOMALY_TRUNCATED] = {&ei_erspan_copy_truncated, ITEM_TRUNCATED},
    [ANOMALY_CUT] = {&ei_erspan_copy_cut, ITEM_MIRRORED_LENGTH},
    [ANOMALY_SHORT] = {&ei_erspan_frame_short, ITEM_ENCAP_BSO},
    [ANOMALY_OVERSIZED] = {&ei_erspan_frame_oversized, ITEM_ENCAP_BSO},
    [ANOMALY_BAD] = {&ei_erspan_frame_bad, ITEM_ENCAP_BSO},
    [ANOMALY_VERSION_CONTRADICTION] = {&ei_erspan_version_contradiction, ITEM_VERSION},
    [ANOMALY_VERSION_UNKNOWN] = {&ei_erspan_version_unknown, ITEM_VERSION},
    [ANOMALY_VERSION_OBSOLETE] = {&ei_erspan_version_obsolete, ITEM_VERSION},
    [ANOMALY_RESERVED] = {&ei_erspan_reserved_set, ITEM_RESERVED},
    [ANOMALY_HEADER_UNDECLARED] = {&ei_erspan_type_undeclared, ITEM_ROOT},
    [ANOMALY_HEADERLESS] = {&ei_erspan_type_headerless, ITEM_ROOT},
    [ANOMALY_HEADER_CUT] = {&ei_erspan_header_cut, ITEM_ROOT},
    [ANOMALY_SUBHEADER_HIDDEN] = {&ei_erspan_subheader_hidden, ITEM_OPTIONAL},
    [ANOMALY_SUBHEADER_MISSING] = {&ei_erspan_subheader_missing, ITEM_OPTIONAL},
    [ANOMALY_SEQUENCE_ABSENT] = {&ei_erspan_seq_absent, ITEM_ROOT},
    [ANOMALY_QUOTED] = {&ei_erspan_quoted, ITEM_ROOT},
    [ANOMALY_FCS] = {&ei_erspan_fcs_inner, ITEM_ROOT},
    [ANOMALY_FCS_BAD] = {NULL, ITEM_ROOT},
    [ANOMALY_VLAN_KEPT] = {&ei_erspan_vlan_kept, ITEM_VLAN},
    [ANOMALY_VLAN_MISSING] = {&ei_erspan_vlan_missing, ITEM_ENCAP_BSO},
    [ANOMALY_ENCAPSULATION_ISL] = {&ei_erspan_encap_isl, ITEM_ENCAP_BSO},
    [ANOMALY_FRAME_TYPE_RESERVED] = {&ei_erspan_ft_reserved, ITEM_FRAME_TYPE},
    [ANOMALY_FRAME_TYPE_CONTRADICTION] = {&ei_erspan_ft_contradiction, ITEM_FRAME_TYPE},
};

/* How this copy is meant, appended to the general text; "" if there is nothing to say. No number
 * that differs from copy to copy belongs here: it is in a field. */
static const char *detail(packet_info *pinfo, const struct copy *copy, enum anomaly anomaly)
{
    enum { DETAIL_MAX = 240 };
    char text[DETAIL_MAX];
    switch (anomaly) {
    case ANOMALY_HEADER_UNDECLARED:
    case ANOMALY_HEADERLESS:
        header_choice_text(&copy->reading, text, sizeof text);
        break;
    case ANOMALY_SUBHEADER_HIDDEN:
    case ANOMALY_SUBHEADER_MISSING:
        subheader_choice_text(&copy->reading, text, sizeof text);
        break;
    case ANOMALY_HEADER_CUT:
        return copy->failure.kind == FAILURE_SUBHEADER_CUT ? "in the platform sub-header" : "";
    case ANOMALY_TRUNCATED:
    case ANOMALY_CUT:
        if (copy->failure.kind == FAILURE_NONE && !copy->mirrored_length_known)
            return "how long it was is not said";
        return "";
    case ANOMALY_OVERSIZED:
        if (copy->inner.tags == 0 || copy->inner_length > 1514 + 4 * (size_t)copy->inner.tags)
            return "";
        return "full size for a tagged frame: some sources do not allow for the tag";
    default:
        return "";
    }
    return wmem_strdup(pinfo->pool, text);
}

static void add_one(packet_info *pinfo, proto_item *const items[ERSPAN_ITEMS],
                    const struct copy *copy, enum anomaly anomaly)
{
    expert_field *ei = presentations[anomaly].ei;
    proto_item *item = erspan_item_or_root(items, presentations[anomaly].item);
    if (ei == NULL)
        return;
    const char *more = detail(pinfo, copy, anomaly);
    if (more[0] == '\0')
        expert_add_info(pinfo, item, ei);
    else
        expert_add_info_format(pinfo, item, ei, "%s: %s", anomaly_text(anomaly), more);
}

/* How much of its header a copy has that ends in it. */
static void add_header_present(proto_tree *tree, tvbuff_t *tvb, const struct copy *copy)
{
    size_t present = copy->failure.offset;
    if (copy->failure.kind == FAILURE_SUBHEADER_CUT)
        present += copy->failure.found;
    else if (copy->failure.kind != FAILURE_HEADER_CUT)
        return;
    proto_item *item =
        proto_tree_add_uint(tree, hf_erspan_header_present, tvb, 0, 0, (uint32_t)present);
    proto_item_set_generated(item);
}

void anomaly_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb,
                       proto_item *const items[ERSPAN_ITEMS], const struct copy *copy)
{
    add_header_present(tree, tvb, copy);
    for (uint32_t rest = copy->anomalies; rest != 0; rest &= rest - 1)
        add_one(pinfo, items, copy, (enum anomaly)__builtin_ctz(rest));
}

void anomaly_item_nested(packet_info *pinfo, proto_item *root)
{
    expert_add_info(pinfo, root, &ei_erspan_nested);
}

void anomaly_item_outer_fcs(packet_info *pinfo, proto_item *root)
{
    expert_add_info(pinfo, root, &ei_erspan_fcs_outer);
}

void anomaly_item_fcs_bad(packet_info *pinfo, proto_item *fcs)
{
    expert_add_info(pinfo, fcs, &ei_erspan_fcs_bad);
}

void anomaly_items_register(int proto)
{
    /* The short texts, by which "-z expert" groups, are those of core/copy/anomaly.c. */
    static ei_register_info ei[] = {
        {&ei_erspan_copy_truncated, {"erspan.copy.truncated", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_copy_cut, {"erspan.copy.cut", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_frame_short, {"erspan.frame.short", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_frame_oversized,
         {"erspan.frame.oversized", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_frame_bad, {"erspan.frame.bad", PI_CHECKSUM, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_version_contradiction,
         {"erspan.version.contradiction", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_version_unknown,
         {"erspan.version.unknown", PI_UNDECODED, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_version_obsolete,
         {"erspan.version.obsolete", PI_DEPRECATED, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_reserved_set, {"erspan.reserved.set", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_type_undeclared,
         {"erspan.type.undeclared", PI_ASSUMPTION, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_type_headerless,
         {"erspan.type.headerless", PI_ASSUMPTION, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_header_cut, {"erspan.header.cut", PI_MALFORMED, PI_ERROR, NULL, EXPFILL}},
        {&ei_erspan_subheader_hidden,
         {"erspan.subheader.hidden", PI_ASSUMPTION, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_subheader_missing,
         {"erspan.subheader.missing", PI_ASSUMPTION, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_seq_absent, {"erspan.seq.absent", PI_SEQUENCE, PI_CHAT, NULL, EXPFILL}},
        {&ei_erspan_quoted, {"erspan.quoted", PI_RESPONSE_CODE, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_fcs_inner, {"erspan.fcs.inner", PI_PROTOCOL, PI_CHAT, NULL, EXPFILL}},
        {&ei_erspan_fcs_bad, {"erspan.fcs.bad", PI_CHECKSUM, PI_ERROR, NULL, EXPFILL}},
        {&ei_erspan_vlan_kept, {"erspan.vlan.kept", PI_PROTOCOL, PI_CHAT, NULL, EXPFILL}},
        {&ei_erspan_vlan_missing, {"erspan.vlan.missing", PI_PROTOCOL, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_encap_isl, {"erspan.encap.isl", PI_PROTOCOL, PI_CHAT, NULL, EXPFILL}},
        {&ei_erspan_ft_reserved, {"erspan.ft.reserved", PI_ASSUMPTION, PI_NOTE, NULL, EXPFILL}},
        {&ei_erspan_ft_contradiction,
         {"erspan.ft.contradiction", PI_ASSUMPTION, PI_WARN, NULL, EXPFILL}},
        {&ei_erspan_nested,
         {"erspan.nested", PI_PROTOCOL, PI_WARN,
          "A copy inside a copy: a mirror session mirrors a mirror", EXPFILL}},
        {&ei_erspan_fcs_outer,
         {"erspan.fcs.outer", PI_PROTOCOL, PI_CHAT,
          "The packet that carries the copy ends in its own frame check sequence", EXPFILL}},
    };
    static hf_register_info hf[] = {
        {&hf_erspan_header_present,
         {"Bytes of the header that are there", "erspan.header.present", FT_UINT32, BASE_DEC, NULL,
          0x0, "Of a copy that ends inside its header", HFILL}},
    };
    proto_register_field_array(proto, hf, array_length(hf));
    for (size_t i = 0; i < ANOMALIES; i++) {
        expert_field *of_anomaly =
            presentations[i].ei != NULL ? presentations[i].ei : &ei_erspan_fcs_bad;
        for (size_t k = 0; k < array_length(ei); k++)
            if (ei[k].ids == of_anomaly)
                ei[k].eiinfo.summary = anomaly_text((enum anomaly)i);
    }
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
