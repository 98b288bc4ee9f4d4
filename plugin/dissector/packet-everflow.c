/* packet-everflow.c
 * Mellanox's mirror header of SONiC Everflow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/dissector/packet-everflow.h"

#include "core/wire/gre.h"
#include "plugin/base/compat.h"

enum { EVERFLOW_VENDOR_LENGTH = 22 };

static int proto_everflow = -1;
static int hf_everflow_vendor = -1;
static int ett_everflow = -1;

static dissector_handle_t everflow_handle;
static dissector_handle_t eth_handle;

static int dissect_everflow(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "Everflow");
    col_clear(pinfo->cinfo, COL_INFO);
    proto_item *item =
        proto_tree_add_item(tree, proto_everflow, tvb, 0, EVERFLOW_VENDOR_LENGTH, ENC_NA);
    proto_tree *everflow_tree = proto_item_add_subtree(item, ett_everflow);
    proto_tree_add_item(everflow_tree, hf_everflow_vendor, tvb, 0, EVERFLOW_VENDOR_LENGTH, ENC_NA);
    call_dissector(eth_handle, tvb_new_subset_remaining(tvb, EVERFLOW_VENDOR_LENGTH), pinfo, tree);
    return (int)tvb_captured_length(tvb);
}

void proto_register_everflow(void)
{
    static hf_register_info hf[] = {
        {&hf_everflow_vendor,
         {"Vendor data", "everflow.vendor", FT_BYTES, BASE_NONE, NULL, 0x0,
          "What the 22 bytes mean is not published", HFILL}},
    };
    static int *ett[] = {&ett_everflow};

    proto_everflow = proto_register_protocol("Mellanox Everflow Mirror", "Everflow", "everflow");
    proto_register_field_array(proto_everflow, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    everflow_handle = create_dissector_handle(dissect_everflow, proto_everflow);
}

void proto_reg_handoff_everflow(void)
{
    eth_handle = find_dissector_add_dependency("eth_withoutfcs", proto_everflow);
    dissector_add_uint("gre.proto", GRE_PROTOCOL_EVERFLOW, everflow_handle);
}
