/* packet-erspan.c
 * ERSPAN, draft-foschiano-erspan-03, and what real sources make of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/*
 * Theory of operation. Wireshark's GRE dissector calls this one with its payload. First
 * copy_read() (core/copy/copy.h) reads the whole copy and updates the state of its session; then
 * the tree is built. So a dissector that throws inside the mirrored frame leaves no half-made
 * state. Later visits read the copy again from its bytes. For the few frames where earlier copies
 * mattered they use the frame's data (plugin/revisit/frame-data.h), so that memory is used per
 * session, and per frame only for such frames. The analysis of a copy beside earlier copies works
 * alike (plugin/revisit/copy-analysis.h).
 */
#include "plugin/dissector/packet-erspan.h"

#include "core/wire/gre.h"
#include "plugin/base/compat.h"
#include "plugin/base/outer-packet.h"
#include "plugin/base/preferences.h"
#include "plugin/base/referenced-items.h"
#include "plugin/dissector/inner-frame.h"
#include "plugin/revisit/copy-analysis.h"
#include "plugin/revisit/frame-data.h"
#include "plugin/taps/export.h"
#include "plugin/taps/statistics.h"
#include "plugin/taps/tap.h"
#include "plugin/tree/analysis-items.h"
#include "plugin/tree/anomaly-items.h"
#include "plugin/tree/header-items.h"
#include "plugin/tree/path-items.h"
#include "plugin/tree/subheader-items.h"
#include "plugin/tree/time-items.h"

/* Copies inside copies (quirk Q22, nested copies). At greater depth Wireshark's own limit would
 * report a bug of this dissector. */
enum { NESTING_MAX = 64 };

static int proto_erspan = -1;

static int hf_erspan_type = -1;
static int hf_erspan_seq = -1;
static int hf_erspan_stream = -1;
static int hf_erspan_depth = -1;

static int ett_erspan = -1;

static dissector_handle_t own_handle;
static dissector_handle_t data_handle;
static dissector_handle_t builtin_erspan_handle;     /* of GRE 0x88BE; NULL if there is none */
static dissector_handle_t builtin_erspan_iii_handle; /* of GRE 0x22EB */

static struct session_table *sessions; /* of the open capture file */

static const value_string type_vals[] = {
    {ERSPAN_TYPE_I, "Type I"},
    {ERSPAN_TYPE_II, "Type II"},
    {ERSPAN_TYPE_III, "Type III"},
    {0, NULL},
};

/* Reads the copy and keeps what a later visit needs; number is its place among the frame's copies.
 */
static void read_copy(const struct copy_input *input, packet_info *pinfo, uint32_t number,
                      struct copy *copy)
{
    struct copy_policy policy = erspan_copy_policy();
    copy_read(input, &policy, sessions, copy);
    if (input->again)
        return;
    if (copy->keep_state)
        frame_data_set(pinfo, number, FRAME_DATA_STATE,
                       wmem_memdup(wmem_file_scope(), &copy->state, sizeof copy->state));
}

static void describe(packet_info *pinfo, proto_item *root, const struct copy *copy)
{
    const char *type = val_to_str_const(copy->header.type, type_vals, "Unknown type");
    if (!copy->reading.version_known) {
        proto_item_append_text(root, ", unknown version %u", copy->header.version);
        col_add_fstr(pinfo->cinfo, COL_INFO, "Unknown version %u", copy->header.version);
        return;
    }
    col_add_str(pinfo->cinfo, COL_INFO, type);
    proto_item_append_text(root, " %s", type);
    if (copy->header.type != ERSPAN_TYPE_I) {
        col_append_fstr(pinfo->cinfo, COL_INFO, ", session %u", copy->header.session);
        proto_item_append_text(root, ", session %u", copy->header.session);
    }
    if (copy->has_sequence) {
        col_append_fstr(pinfo->cinfo, COL_INFO, ", sequence %u", copy->sequence);
        proto_item_append_text(root, ", sequence %u", copy->sequence);
    }
}

/* What is known of the copy as a whole, whatever its type. A quote belongs to no stream. */
static void add_identity(proto_tree *tree, tvbuff_t *tvb, const struct copy *copy, bool quoted,
                         uint32_t depth)
{
    if (copy->reading.version_known)
        referenced_uint_add(tree, hf_erspan_type, tvb, 0, 0, copy->header.type);
    if (copy->has_sequence)
        referenced_uint_add(tree, hf_erspan_seq, tvb, 0, 0, copy->sequence);
    if (!quoted && copy->session != NULL && copy->session->stream != SESSION_NO_STREAM)
        referenced_uint_add(tree, hf_erspan_stream, tvb, 0, 0, copy->session->stream);
    referenced_uint_add(tree, hf_erspan_depth, tvb, 0, 0, depth);
}

/* The number of copies around the bytes being dissected. A packet may carry several side by side,
 * so Wireshark's layer count does not tell. The first copy of each packet resets it, also after an
 * exception. */
static uint32_t open_copies;

static void add_items(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t number,
                      const struct copy *copy, const struct copy_analysis *meaning, bool quoted)
{
    proto_item *items[ERSPAN_ITEMS] = {NULL};
    unsigned depth = meaning->place.depth;
    unsigned header_length = MIN((unsigned)copy->header_length, tvb_captured_length(tvb));
    proto_item *root = proto_tree_add_item(tree, proto_erspan, tvb, 0, (int)header_length, ENC_NA);
    proto_tree *erspan_tree = proto_item_add_subtree(root, ett_erspan);
    items[ITEM_ROOT] = root;
    describe(pinfo, root, copy);
    header_items_add(erspan_tree, tvb, copy, items);
    add_identity(erspan_tree, tvb, copy, quoted, depth);
    time_items_add(pinfo, erspan_tree, tvb, erspan_item_or_root(items, ITEM_GRANULARITY), copy,
                   meaning);
    analysis_items_add(pinfo, erspan_tree, tvb, root, meaning);
    path_items_add(pinfo, erspan_tree, tvb, root, meaning);
    if (copy->failure.kind == FAILURE_NONE)
        inner_frame_add(pinfo, erspan_tree, tvb, copy, items);
    anomaly_items_add(pinfo, erspan_tree, tvb, items, copy);
    if (depth > 1 && !quoted)
        anomaly_item_nested(pinfo, root);
    if (number == 1 && outer_packet_has_fcs(tvb, pinfo))
        anomaly_item_outer_fcs(pinfo, root);
}

static bool wants_dissection(const struct copy *copy, const struct copy_analysis *meaning)
{
    return copy->failure.kind == FAILURE_NONE && meaning->place.depth < NESTING_MAX &&
           erspan_preferences.dissect_inner &&
           !(erspan_preferences.inner_copies == INNER_COPIES_FIRST && meaning->repeats);
}

static void show_as_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                         const struct copy *copy)
{
    bool whole = copy->failure.kind == FAILURE_NONE;
    /* Throws if the capture, not the copy, ends inside the header. */
    if (tvb_reported_length(tvb) >= copy->header_length)
        tvb_ensure_bytes_exist(tvb, 0, (int)copy->header_length);
    call_dissector(data_handle, tvb_new_subset_remaining(tvb, whole ? (int)copy->header_length : 0),
                   pinfo, tree);
}

static int dissect_erspan(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *gre)
{
    uint32_t number = pinfo->curr_proto_layer_num;
    uint32_t depth = number == 1 ? 1 : open_copies + 1;
    struct outer_packet outer;
    struct copy copy;
    struct copy_analysis meaning;
    outer_packet_read(tvb, pinfo, gre, &outer);
    struct copy_input *input = &outer.copy;
    if (input->has_gre && (input->gre.flags & GRE_BITS_VERSION) != 0)
        return 0; /* PPTP's GRE: only version 0 has ERSPAN's protocol types */
    input->again = PINFO_FD_VISITED(pinfo);
    if (input->again)
        input->state = frame_data_get(pinfo, number, FRAME_DATA_STATE);
    read_copy(input, pinfo, number, &copy);
    copy_analysis_find(pinfo, number, depth, &outer, &copy, &meaning);
    tap_copy(pinfo, &outer, &copy, &meaning);
    export_frame(pinfo, tvb, &copy, &meaning);

    col_set_str(pinfo->cinfo, COL_PROTOCOL, "ERSPAN");
    add_items(tvb, pinfo, tree, number, &copy, &meaning, input->quoted);
    if (wants_dissection(&copy, &meaning)) {
        open_copies = depth;
        inner_frame_dissect(pinfo, tree, tvb, &copy);
        open_copies = depth - 1;
    } else {
        show_as_data(tvb, pinfo, tree, &copy);
    }
    return MAX((int)tvb_captured_length(tvb),
               1); /* a copy without payload would otherwise be rejected */
}

/* The place of such a copy in its frame: there is no other one. */
enum { ONLY_COPY = 1 };

void packet_erspan_take(tvbuff_t *payload, packet_info *pinfo, struct outer_packet *outer)
{
    struct copy copy;
    struct copy_analysis meaning;
    outer->copy.again = PINFO_FD_VISITED(pinfo);
    if (outer->copy.again)
        outer->copy.state = frame_data_get(pinfo, ONLY_COPY, FRAME_DATA_STATE);
    read_copy(&outer->copy, pinfo, ONLY_COPY, &copy);
    copy_analysis_find(pinfo, ONLY_COPY, 1, outer, &copy, &meaning);
    tap_copy(pinfo, outer, &copy, &meaning);
    export_frame(pinfo, payload, &copy, &meaning);
}

/* Loading Decode As settings undoes dissector_change_uint(); the table entry stays. */
static void point_gre_at_decoder(void)
{
    dissector_handle_t erspan = builtin_erspan_handle;
    dissector_handle_t erspan_iii = builtin_erspan_iii_handle;
    if (erspan_preferences.override || erspan == NULL)
        erspan = own_handle;
    if (erspan_preferences.override || erspan_iii == NULL)
        erspan_iii = own_handle;
    dissector_add_uint("gre.proto", GRE_PROTOCOL_ERSPAN, erspan);
    dissector_add_uint("gre.proto", GRE_PROTOCOL_ERSPAN_III, erspan_iii);
}

static void start_file(void)
{
    sessions = session_table_new(SESSION_LIMIT_DEFAULT);
    copy_analysis_start_file();
}

static void end_file(void)
{
    copy_analysis_end_file();
    session_table_free(sessions);
    sessions = NULL;
}

void proto_register_erspan_copy(void)
{
    static hf_register_info hf[] = {
        {&hf_erspan_type,
         {"Type", "erspan.type", FT_UINT8, BASE_DEC, VALS(type_vals), 0x0, "As read from the bytes",
          HFILL}},
        {&hf_erspan_seq,
         {"Sequence number", "erspan.seq", FT_UINT32, BASE_DEC, NULL, 0x0, "From the GRE header",
          HFILL}},
        {&hf_erspan_stream,
         {"Stream index", "erspan.stream", FT_UINT32, BASE_DEC, NULL, 0x0,
          "One for each session: outer source, outer destination and session ID", HFILL}},
        {&hf_erspan_depth,
         {"Depth", "erspan.depth", FT_UINT32, BASE_DEC, NULL, 0x0,
          "1 for a copy, 2 for a copy inside a copy", HFILL}},
    };
    static int *ett[] = {&ett_erspan};

    proto_erspan = proto_get_id_by_filter_name("erspan");
    if (proto_erspan == -1)
        proto_erspan = proto_register_protocol("Encapsulated Remote Switch Packet ANalysis",
                                               "ERSPAN", "erspan");
    proto_register_field_array(proto_erspan, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    header_items_register(proto_erspan);
    subheader_items_register(proto_erspan);
    inner_frame_register(proto_erspan);
    anomaly_items_register(proto_erspan);
    time_items_register(proto_erspan);
    analysis_items_register(proto_erspan);
    path_items_register(proto_erspan);
    frame_data_register(proto_erspan);
    tap_register();
    export_register();
    statistics_register(proto_erspan);
    erspan_preferences_register(proto_erspan, point_gre_at_decoder);
    own_handle = create_dissector_handle(dissect_erspan, proto_erspan);
    register_init_routine(start_file);
    register_postseq_cleanup_routine(copy_analysis_all_came);
    register_cleanup_routine(end_file);
}

void proto_reg_handoff_erspan_copy(void)
{
    dissector_table_t gre = find_dissector_table("gre.proto");
    builtin_erspan_handle = dissector_get_uint_handle(gre, GRE_PROTOCOL_ERSPAN);
    builtin_erspan_iii_handle = dissector_get_uint_handle(gre, GRE_PROTOCOL_ERSPAN_III);
    data_handle = find_dissector("data");
    inner_frame_handoff(proto_erspan);
    point_gre_at_decoder();
}
