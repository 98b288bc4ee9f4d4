/* analysis-items.c
 * The analysis in the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/analysis-items.h"

#include "plugin/base/referenced-items.h"

static int hf_erspan_sequence_domain = -1;
static int hf_erspan_analysis = -1;
static int hf_erspan_analysis_lost = -1;
static int hf_erspan_analysis_lost_first = -1;
static int hf_erspan_analysis_lost_frame_before = -1;
static int hf_erspan_analysis_lost_change = -1;
static int hf_erspan_analysis_late = -1;
static int hf_erspan_analysis_late_revealed = -1;
static int hf_erspan_analysis_restart_frame = -1;
static int hf_erspan_analysis_copy_of = -1;

static int ett_erspan_analysis = -1;

static expert_field ei_erspan_analysis_gap = EI_INIT;
static expert_field ei_erspan_analysis_reordered = EI_INIT;
static expert_field ei_erspan_analysis_duplicate = EI_INIT;
static expert_field ei_erspan_analysis_restart = EI_INIT;
static expert_field ei_erspan_analysis_stray = EI_INIT;
static expert_field ei_erspan_analysis_out_of_place = EI_INIT;
static expert_field ei_erspan_analysis_30_bits = EI_INIT;
static expert_field ei_erspan_analysis_constant = EI_INIT;
static expert_field ei_erspan_analysis_several_senders = EI_INIT;
static expert_field ei_erspan_analysis_mirrored_twice = EI_INIT;

static const value_string domain_vals[] = {
    {DOMAIN_SOURCE, "Source: all its sessions share one counter"},
    {DOMAIN_SESSION, "Session"},
    {DOMAIN_HARDWARE_ID, "Session and hardware ID"},
    {0, NULL},
};

/* Where items are added to. Counts and frame numbers are fields: the text of an expert item has
 * none, so that a list of all expert items of a capture has a line for each kind, and not for each
 * frame. */
struct analysis_item_site {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *tvb;
    proto_item *root;
};

static proto_item *add_uint(const struct analysis_item_site *site, int hf, uint32_t value)
{
    proto_item *item = proto_tree_add_uint(site->tree, hf, site->tvb, 0, 0, value);
    proto_item_set_generated(item);
    return item;
}

/* An unknown frame number is not shown. */
static void add_frame(const struct analysis_item_site *site, int hf, uint64_t frame)
{
    if (frame != 0)
        add_uint(site, hf, (uint32_t)frame);
}

/* The numbers that this copy shows to be missing. */
static void add_lost(const struct analysis_item_site *site, const struct sequence_finding *finding)
{
    if (finding->lost == 0)
        return;
    proto_item *item = add_uint(site, hf_erspan_analysis_lost, finding->lost);
    expert_add_info(site->pinfo, item, &ei_erspan_analysis_gap);
    proto_item_append_text(site->root, ", %u missing", finding->lost);
}

static void add_gap(const struct analysis_item_site *site, const struct sequence_finding *finding)
{
    add_lost(site, finding);
    add_uint(site, hf_erspan_analysis_lost_first, (uint32_t)finding->missing);
    add_frame(site, hf_erspan_analysis_lost_frame_before, finding->frame);
}

static void add_late(const struct analysis_item_site *site, const struct sequence_finding *finding)
{
    proto_item *item = add_uint(site, hf_erspan_analysis_late, finding->extent);
    add_frame(site, hf_erspan_analysis_late_revealed, finding->frame);
    expert_add_info(site->pinfo, item, &ei_erspan_analysis_reordered);
    proto_item_append_text(site->root, ", late");
    add_lost(site, finding); /* between it and the lowest number so far */
}

static void add_restart(const struct analysis_item_site *site, uint64_t frame)
{
    add_frame(site, hf_erspan_analysis_restart_frame, frame);
    expert_add_info(site->pinfo, site->root, &ei_erspan_analysis_restart);
}

/* Nothing is called lost, late or duplicate while a restart may explain it, and nothing a stray
 * while a long gap may. */
static void add_held(const struct analysis_item_site *site, const struct sequence_finding *finding)
{
    const char *meaning = "belongs to no sequence";
    const char *instead = " or many copies are missing before it";
    if (finding->taken_for == SEQUENCE_LATE) {
        meaning = "is late";
        instead = "";
    } else if (finding->taken_for == SEQUENCE_DUPLICATE) {
        meaning = "is a duplicate with other content";
        instead = "";
    }
    expert_add_info_format(site->pinfo, site->root, &ei_erspan_analysis_out_of_place,
                           "Out of place: %s, unless the sequence begins again here%s", meaning,
                           instead);
}

static void add_sequence(const struct analysis_item_site *site,
                         const struct sequence_finding *finding)
{
    switch (finding->kind) {
    case SEQUENCE_GAP:
        add_gap(site, finding);
        break;
    case SEQUENCE_LATE:
        add_late(site, finding);
        break;
    case SEQUENCE_DUPLICATE:
        expert_add_info(site->pinfo, site->root, &ei_erspan_analysis_duplicate);
        proto_item_append_text(site->root, ", duplicate");
        break;
    case SEQUENCE_RESTART:
        add_lost(site, finding);
        break;
    case SEQUENCE_PENDING:
        add_held(site, finding);
        break;
    case SEQUENCE_STRAY:
        expert_add_info_format(site->pinfo, site->root, &ei_erspan_analysis_stray,
                               "Stray: this copy belongs to no sequence");
        proto_item_append_text(site->root, ", stray");
        break;
    case SEQUENCE_FIRST:
    case SEQUENCE_NEXT:
    case SEQUENCE_CONSTANT:
        break;
    }
    if (finding->pending_was_stray)
        expert_add_info(site->pinfo, site->root, &ei_erspan_analysis_stray);
    if (finding->narrowed)
        expert_add_info(site->pinfo, site->root, &ei_erspan_analysis_30_bits);
}

static void add_copy_of(const struct analysis_item_site *site,
                        const struct analysis_finding *finding)
{
    proto_item *item = add_uint(site, hf_erspan_analysis_copy_of, (uint32_t)finding->copy_of);
    expert_add_info_format(site->pinfo, item, &ei_erspan_analysis_mirrored_twice,
                           "The same frame was mirrored before%s",
                           finding->copy_of_other_session ? " by another session" : "");
    proto_item_append_text(site->root, ", copy of a copy");
}

/* What the sum of missing copies changes by, beside those that this copy reveals. */
static void add_lost_change(const struct analysis_item_site *site, int32_t change)
{
    if (change == 0)
        return;
    proto_item *item =
        proto_tree_add_int(site->tree, hf_erspan_analysis_lost_change, site->tvb, 0, 0, change);
    proto_item_set_generated(item);
}

static bool is_odd(const struct sequence_finding *sequence)
{
    return sequence->pending_was_stray || sequence->narrowed ||
           (sequence->kind != SEQUENCE_FIRST && sequence->kind != SEQUENCE_NEXT &&
            sequence->kind != SEQUENCE_CONSTANT && sequence->kind != SEQUENCE_RESTART);
}

void analysis_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *root,
                        const struct copy_analysis *meaning)
{
    const struct analysis_finding *finding = &meaning->finding;
    const struct sequence_finding *sequence = copy_analysis_meaning(meaning);
    struct analysis_item_site site = {pinfo, tree, tvb, root};
    if (sequence != NULL)
        referenced_uint_add(tree, hf_erspan_sequence_domain, tvb, 0, 0, finding->domain.kind);
    bool odd = sequence != NULL &&
               (is_odd(sequence) || meaning->lost_change != 0 || meaning->restart_frame != 0);
    if (!odd && finding->copy_of == 0 && !meaning->tells_constant && !meaning->tells_senders)
        return;
    proto_item *item = proto_tree_add_item(tree, hf_erspan_analysis, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    site.tree = proto_item_add_subtree(item, ett_erspan_analysis);
    site.root = root;
    if (odd) {
        if (meaning->restart_frame != 0)
            add_restart(&site, meaning->restart_frame);
        add_sequence(&site, sequence);
        add_lost_change(&site, meaning->lost_change);
    }
    if (finding->copy_of != 0)
        add_copy_of(&site, finding);
    if (meaning->tells_senders)
        expert_add_info(pinfo, root, &ei_erspan_analysis_several_senders);
    if (meaning->tells_constant)
        expert_add_info(pinfo, root, &ei_erspan_analysis_constant);
}

void analysis_items_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_sequence_domain,
         {"Sequence domain", "erspan.sequence_domain", FT_UINT8, BASE_DEC, VALS(domain_vals), 0x0,
          "Which copies share one sequence counter, as inferred from all so far", HFILL}},
        {&hf_erspan_analysis,
         {"Analysis", "erspan.analysis", FT_NONE, BASE_NONE, NULL, 0x0,
          "Findings about this copy, compared with earlier copies", HFILL}},
        {&hf_erspan_analysis_lost,
         {"Missing copies", "erspan.analysis.lost", FT_UINT32, BASE_DEC, NULL, 0x0, NULL, HFILL}},
        {&hf_erspan_analysis_lost_first,
         {"First missing sequence number", "erspan.analysis.lost.first", FT_UINT32, BASE_DEC, NULL,
          0x0, NULL, HFILL}},
        {&hf_erspan_analysis_lost_frame_before,
         {"Copy before the gap", "erspan.analysis.lost.frame_before", FT_FRAMENUM, BASE_NONE, NULL,
          0x0, NULL, HFILL}},
        {&hf_erspan_analysis_lost_change,
         {"Change of missing copies", "erspan.analysis.lost.change", FT_INT32, BASE_DEC, NULL, 0x0,
          "Besides the copies that this copy shows to be missing: -1 if a missing one arrived",
          HFILL}},
        {&hf_erspan_analysis_late,
         {"Copies that overtook this one", "erspan.analysis.late", FT_UINT32, BASE_DEC, NULL, 0x0,
          "RFC 4737's extent of reordering; 0 if not known", HFILL}},
        {&hf_erspan_analysis_late_revealed,
         {"First copy that overtook this one", "erspan.analysis.late.revealed_by", FT_FRAMENUM,
          BASE_NONE, NULL, 0x0, NULL, HFILL}},
        {&hf_erspan_analysis_restart_frame,
         {"First copy after the restart", "erspan.analysis.restart.frame", FT_FRAMENUM, BASE_NONE,
          NULL, 0x0, NULL, HFILL}},
        {&hf_erspan_analysis_copy_of,
         {"Same frame mirrored in", "erspan.analysis.copy_of", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_erspan_analysis_gap,
         {"erspan.analysis.gap", PI_SEQUENCE, PI_WARN, "Copies are missing", EXPFILL}},
        {&ei_erspan_analysis_reordered,
         {"erspan.analysis.reordered", PI_SEQUENCE, PI_NOTE,
          "Late: copies with higher numbers came first", EXPFILL}},
        {&ei_erspan_analysis_duplicate,
         {"erspan.analysis.duplicate", PI_SEQUENCE, PI_NOTE,
          "Duplicate: a copy with this number came before", EXPFILL}},
        {&ei_erspan_analysis_restart,
         {"erspan.analysis.restart", PI_SEQUENCE, PI_NOTE, "The sequence began again", EXPFILL}},
        {&ei_erspan_analysis_out_of_place,
         {"erspan.analysis.out_of_place", PI_SEQUENCE, PI_NOTE,
          "Out of place: late, a duplicate or a stray, unless the sequence begins again here or "
          "many "
          "copies are missing before",
          EXPFILL}},
        {&ei_erspan_analysis_stray,
         {"erspan.analysis.stray", PI_SEQUENCE, PI_NOTE,
          "Stray: this copy, or an earlier one that was out of place, belongs to no sequence",
          EXPFILL}},
        {&ei_erspan_analysis_30_bits,
         {"erspan.analysis.sequence_30_bits", PI_SEQUENCE, PI_NOTE, "The sequence wraps at 30 bits",
          EXPFILL}},
        {&ei_erspan_analysis_constant,
         {"erspan.analysis.sequence_constant", PI_SEQUENCE, PI_NOTE,
          "The sequence number never changes: loss cannot be known (said once for the "
          "session)",
          EXPFILL}},
        {&ei_erspan_analysis_several_senders,
         {"erspan.analysis.several_senders", PI_SEQUENCE, PI_WARN,
          "Several senders use the addresses and the ID of this session: TTL, MAC or VLAN differ "
          "(said once for the session)",
          EXPFILL}},
        {&ei_erspan_analysis_mirrored_twice,
         {"erspan.analysis.mirrored_twice", PI_SEQUENCE, PI_NOTE,
          "Copy of a copy: the same frame was mirrored before", EXPFILL}},
    };
    static int *ett[] = {&ett_erspan_analysis};
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
