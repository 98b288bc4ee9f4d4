/* path-items.c
 * The way of a frame in the packet tree
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "plugin/tree/path-items.h"

#include "core/base/time-units.h"
#include "core/output/path-words.h"

static int hf_erspan_path = -1;
static int hf_erspan_path_from = -1;
static int hf_erspan_path_frame_before = -1;
static int hf_erspan_path_frame_after = -1;
static int hf_erspan_path_delay = -1;
static int hf_erspan_path_delay_within = -1;
static int hf_erspan_path_delay_basis = -1;
static int hf_erspan_path_hops = -1;
static int hf_erspan_path_missing_at = -1;

static int ett_erspan_path = -1;

static expert_field ei_erspan_path_lost = EI_INIT;
static expert_field ei_erspan_path_unseen = EI_INIT;

static const value_string basis_vals[] = {
    {PATH_ONE_CLOCK, "One clock: of the source of both copies"},
    {PATH_TIME_OF_DAY, "Two clocks: right if they agree"},
    {PATH_FREE_CLOCKS, "Two free clocks: traffic both ways bounds how far they are apart"},
    {PATH_ARRIVAL, "Arrival: includes what the ways of both mirrors differ"},
    {0, NULL},
};

/* Where items are added to. */
struct path_item_site {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *tvb;
};

static void add_frame(const struct path_item_site *site, int hf, uint64_t frame)
{
    if (frame != 0)
        proto_item_set_generated(
            proto_tree_add_uint(site->tree, hf, site->tvb, 0, 0, (uint32_t)frame));
}

static proto_item *add_duration(const struct path_item_site *site, int hf, int64_t ns)
{
    const nstime_t shown = {(time_t)(ns / NS_PER_SECOND), (int)(ns % NS_PER_SECOND)};
    proto_item *item = proto_tree_add_time(site->tree, hf, site->tvb, 0, 0, &shown);
    proto_item_set_generated(item);
    return item;
}

/* By the name that the table of paths gives it. */
static proto_item *add_point(const struct path_item_site *site, int hf, uint16_t point)
{
    const struct path_point_row row = path_report_point_row(copy_analysis_paths(), point);
    char *name = path_words_point(&row);
    proto_item *item = proto_tree_add_string(site->tree, hf, site->tvb, 0, 0, name);
    proto_item_set_generated(item);
    g_free(name);
    return item;
}

/* No delay without the item that says how far it is right. */
static void add_delay(const struct path_item_site *site, const struct path_delay *delay)
{
    proto_item *item = add_duration(site, hf_erspan_path_delay, delay->ns);
    if (delay->basis == PATH_ARRIVAL)
        proto_item_append_text(item, ", within: not known");
    else
        add_duration(
            site, hf_erspan_path_delay_within,
            (int64_t)((delay->uncertainty_ps + (uint64_t)PS_PER_NS - 1) / (uint64_t)PS_PER_NS));
    proto_item_set_generated(proto_tree_add_uint(site->tree, hf_erspan_path_delay_basis, site->tvb,
                                                 0, 0, (uint32_t)delay->basis));
}

static void add_step(const struct path_item_site *site, const struct path_step *step)
{
    if (step->before != 0) {
        add_point(site, hf_erspan_path_from, step->from);
        add_frame(site, hf_erspan_path_frame_before, step->before);
        add_delay(site, &step->delay);
        if (step->has_hops)
            proto_item_set_generated(
                proto_tree_add_int(site->tree, hf_erspan_path_hops, site->tvb, 0, 0, step->hops));
    }
    add_frame(site, hf_erspan_path_frame_after, step->after);
}

static void add_missing(const struct path_item_site *site, const struct path_missing_at *missing)
{
    const struct path_pair *pair = path_table_pair(copy_analysis_paths(), missing->pair);
    bool lost = missing->lost && path_pair_claims_loss(pair);
    proto_item *item = add_point(site, hf_erspan_path_missing_at, pair->to);
    expert_add_info(site->pinfo, item, lost ? &ei_erspan_path_lost : &ei_erspan_path_unseen);
}

void path_items_add(packet_info *pinfo, proto_tree *tree, tvbuff_t *tvb, proto_item *root,
                    const struct copy_analysis *meaning)
{
    const struct copy_path *path = &meaning->path;
    bool has_step = path->followed && (path->step.before != 0 || path->step.after != 0);
    if (!has_step && path->missing == NULL)
        return;
    proto_item *item = proto_tree_add_item(tree, hf_erspan_path, tvb, 0, 0, ENC_NA);
    proto_item_set_generated(item);
    const struct path_item_site site = {pinfo, proto_item_add_subtree(item, ett_erspan_path), tvb};
    if (has_step)
        add_step(&site, &path->step);
    for (const struct path_missing_at *missing = path->missing; missing != NULL;
         missing = missing->next)
        add_missing(&site, missing);
    if (path->missing != NULL)
        proto_item_append_text(root, ", not seen at the next point");
}

void path_items_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_erspan_path,
         {"Path", "erspan.path", FT_NONE, BASE_NONE, NULL, 0x0,
          "The way of the mirrored frame from one observation point to the next", HFILL}},
        {&hf_erspan_path_from,
         {"Point before", "erspan.path.from", FT_STRING, BASE_NONE, NULL, 0x0,
          "The point before this copy's, on the way of the frame", HFILL}},
        {&hf_erspan_path_frame_before,
         {"Copy at the point before", "erspan.path.frame_before", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_erspan_path_frame_after,
         {"Copy at the next point", "erspan.path.frame_after", FT_FRAMENUM, BASE_NONE, NULL, 0x0,
          NULL, HFILL}},
        {&hf_erspan_path_delay,
         {"Delay since the point before", "erspan.path.delay", FT_RELATIVE_TIME, BASE_NONE, NULL,
          0x0, NULL, HFILL}},
        {&hf_erspan_path_delay_within,
         {"This delay is right to", "erspan.path.delay.within", FT_RELATIVE_TIME, BASE_NONE, NULL,
          0x0, "Absent where it is not known", HFILL}},
        {&hf_erspan_path_delay_basis,
         {"Delay by", "erspan.path.delay.basis", FT_UINT8, BASE_DEC, VALS(basis_vals), 0x0, NULL,
          HFILL}},
        {&hf_erspan_path_hops,
         {"Routers since the point before", "erspan.path.hops", FT_INT32, BASE_DEC, NULL, 0x0,
          "Decrease of TTL or hop limit", HFILL}},
        {&hf_erspan_path_missing_at,
         {"Not seen at", "erspan.path.missing_at", FT_STRING, BASE_NONE, NULL, 0x0,
          "A point behind this copy's that did not show the frame", HFILL}},
    };
    static ei_register_info ei[] = {
        {&ei_erspan_path_lost,
         {"erspan.path.lost", PI_SEQUENCE, PI_WARN,
          "The network lost this frame: a point behind did not show it, and none of its copies is "
          "missing",
          EXPFILL}},
        {&ei_erspan_path_unseen,
         {"erspan.path.unseen", PI_SEQUENCE, PI_NOTE,
          "A point behind did not show this frame: whether the network lost it is not known",
          EXPFILL}},
    };
    static int *ett[] = {&ett_erspan_path};
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
