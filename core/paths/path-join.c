/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins the copies of one frame. Those with the same content the matcher tells
 * (core/analysis/fingerprint-table.h); those whose addresses or ports were translated on the way
 * are found here. */
#include <glib.h>

#include "core/paths/path-table-internal.h"

static uint32_t root_of(const struct path_table *table, uint32_t number)
{
    return number - path_table_sighting(table, number)->root;
}

/* A frame to which copies can be added. */
static bool is_open(const struct path_table *table, uint32_t number)
{
    const struct path_sighting *first = path_table_sighting(table, number);
    return path_table_is_followed(table, number) && first->counts && first->first && !first->judged;
}

/* A frame whose point shows its content again: which of both a copy elsewhere belongs to is not
 * known from now on. */
static void doubt(struct path_table *table, uint32_t before)
{
    if (path_table_is_followed(table, before))
        path_table_sighting(table, before)->doubted = true;
}

/* ---- the same content ---- */

static void append(struct path_table *table, uint32_t first_number, uint32_t number)
{
    struct path_sighting *first = path_table_sighting(table, first_number);
    if (first->next == 0)
        first->next = number - first_number;
    else
        path_table_sighting(table, first_number + first->last)->next =
            number - first_number - first->last;
    first->last = number - first_number;
    path_table_sighting(table, number)->root = number - first_number;
}

static void join_known(struct path_table *table, struct path_sighting *sighting, uint32_t number,
                       uint32_t found)
{
    uint32_t first_number = path_table_is_followed(table, found) ? root_of(table, found) : found;
    struct path_sighting *first = path_table_sighting(table, first_number);
    if (!is_open(table, first_number)) {
        sighting->ambiguous = true;
        return;
    }
    sighting->first = false;
    sighting->ambiguous |= first->ambiguous || first->doubted;
    if (first->point == sighting->point) { /* the IP ID says so: both its ports are mirrored here */
        sighting->counts = false;
        return;
    }
    path_judge_order(table, first, sighting);
    append(table, first_number, number);
    path_judge_steps(table, first_number);
}

/* ---- translated addresses ---- */

static bool shares_point(const struct path_table *table, uint32_t first, uint16_t point)
{
    for (uint32_t at = first;; at += path_table_sighting(table, at)->next) {
        const struct path_sighting *sighting = path_table_sighting(table, at);
        if (sighting->point == point)
            return true;
        if (sighting->next == 0)
            return false;
    }
}

/* Puts the sightings of the second frame among those of the first, which came before it, in order.
 */
static void merge(struct path_table *table, uint32_t first, uint32_t second)
{
    uint32_t at = first;
    for (uint32_t number = second, next; number != first; number = next) {
        struct path_sighting *moved = path_table_sighting(table, number);
        struct path_sighting *before = path_table_sighting(table, at);
        next = moved->next != 0 ? number + moved->next : first;
        while (before->next != 0 && (int32_t)(at + before->next - number) < 0) {
            at += before->next;
            before = path_table_sighting(table, at);
        }
        moved->next = before->next != 0 ? at + before->next - number : 0;
        moved->root = number - first;
        moved->last = 0;
        moved->first = false;
        before->next = number - at;
        at = number;
    }
    while (path_table_sighting(table, at)->next != 0)
        at += path_table_sighting(table, at)->next;
    path_table_sighting(table, first)->last = at - first;
}

static uint64_t flow_of(const struct path_table *table, uint32_t number)
{
    return path_translations_flow(&table->translations,
                                  path_table_sighting(table, number)->traits.flow);
}

/* Two frames, as they seemed to be, are one. */
static void join_two(struct path_table *table, const struct path_alike_two *two)
{
    if (!path_table_is_followed(table, two->earlier) || !path_table_is_followed(table, two->later))
        return;
    uint32_t first = root_of(table, two->earlier);
    uint32_t second = root_of(table, two->later);
    if ((int32_t)(second - first) < 0) {
        uint32_t swapped = first;
        first = second;
        second = swapped;
    }
    if (first == second || !is_open(table, first) || !is_open(table, second))
        return;
    for (uint32_t at = second;; at += path_table_sighting(table, at)->next) {
        if (shares_point(table, first, path_table_sighting(table, at)->point))
            return;
        if (path_table_sighting(table, at)->next == 0)
            break;
    }
    uint64_t into = flow_of(table, first);
    uint64_t flow = flow_of(table, second);
    if (into != flow) {
        path_flows_join(&table->flows, into, flow);
        path_translations_join(&table->translations, into, flow);
    }
    for (uint32_t at = second;; at += path_table_sighting(table, at)->next) {
        path_judge_order(table, path_table_sighting(table, first), path_table_sighting(table, at));
        if (path_table_sighting(table, at)->next == 0)
            break;
    }
    merge(table, first, second);
    path_judge_steps(table, first);
}

/* The link of the two points if both have shown frames of one of the two flows as they are: no
 * translator is between them. */
static struct path_link *plain_link(const struct path_table *table, const struct path_sighting *a,
                                    const struct path_sighting *b)
{
    const uint64_t flows[] = {a->traits.flow, b->traits.flow};
    for (unsigned i = 0; i < G_N_ELEMENTS(flows); i++) {
        const struct path_flow *flow =
            path_flows_find(&table->flows, path_translations_flow(&table->translations, flows[i]));
        struct path_link *link = flow != NULL && !flow->translated
                                     ? path_flows_find_link(&table->flows, flow, a->point, b->point)
                                     : NULL;
        if (link != NULL)
            return link;
    }
    return NULL;
}

/* A translator leaves one of the two addresses: the inside's is another one outside. What has two
 * other addresses is another conversation, however alike. */
static bool share_host(const struct path_traits *a, const struct path_traits *b)
{
    return a->source == b->source || a->destination == b->destination;
}

static void consider(struct path_table *table, const struct path_alike_two *two)
{
    const struct path_sighting *a = path_table_sighting(table, two->earlier);
    const struct path_sighting *b = path_table_sighting(table, two->later);
    struct path_alike_two joined[TRANSLATION_WAITING + 1] = {*two};
    unsigned count = 1;
    if (a->traits.flow == b->traits.flow) /* nothing was translated: the matcher told them apart */
        return;
    if (flow_of(table, two->earlier) != flow_of(table, two->later)) {
        struct path_link *link = plain_link(table, a, b);
        if (link != NULL) {
            path_translations_doubt(&table->translations, &a->traits, &b->traits);
            path_link_add_stray(link, b->arrival_ns); /* it may be this one all the same */
            return;
        }
        count = path_translations_take(&table->translations, &a->traits, &b->traits, *two, joined);
    }
    for (unsigned i = 0; i < count; i++)
        join_two(table, &joined[i]);
}

/* What may be the sender's next packet with the same content is no copy (fingerprint-table.h). */
static bool is_near(const struct path_sighting *earlier, const struct path_sighting *sighting)
{
    int64_t limit_ns = sighting->traits.stays.id != 0 ? FINGERPRINT_AGE_NS : FINGERPRINT_LAG_NS;
    int64_t spread_ns = path_sighting_spread(earlier, sighting);
    return spread_ns >= -limit_ns && spread_ns <= limit_ns;
}

/* True if the remembered packet can still be one with that of the sighting. */
static bool is_alike(const struct path_table *table, const struct path_recent *recent,
                     const struct path_sighting *sighting)
{
    if (!path_table_is_followed(table, recent->number) ||
        !is_open(table, root_of(table, recent->number)))
        return false;
    const struct path_sighting *earlier = path_table_sighting(table, recent->number);
    return is_near(earlier, sighting) && share_host(&earlier->traits, &sighting->traits) &&
           path_stays_alike(&earlier->traits.stays, &sighting->traits.stays);
}

/* Looks for the frame under other addresses or ports. */
static void join_translated(struct path_table *table, const struct path_sighting *sighting,
                            uint32_t number)
{
    uint64_t key = path_stays_key(&sighting->traits.stays);
    if (key == 0 || sighting->traits.flow == 0)
        return;
    struct path_recent *ways = path_translations_recent(&table->translations, key);
    struct path_recent *replaced = ways;
    for (unsigned i = 0; i < TRANSLATION_WAYS; i++) {
        struct path_recent *recent = &ways[i];
        if (recent->key == key && is_alike(table, recent, sighting)) {
            const struct path_alike_two two = {recent->number, number};
            recent->ambiguous |=
                sighting->ambiguous ||
                shares_point(table, root_of(table, recent->number), sighting->point);
            if (!recent->ambiguous)
                consider(table, &two);
            return;
        }
        if ((int32_t)(recent->number - replaced->number) < 0)
            replaced = recent;
    }
    *replaced = (struct path_recent){key, number, sighting->ambiguous};
}

void path_join(struct path_table *table, struct path_sighting *sighting,
               const struct analysis_content *finding)
{
    sighting->first = true;
    if (finding->first != finding->number) {
        join_known(table, sighting, finding->number, finding->first);
        return;
    }
    if (finding->repeated)
        doubt(table, finding->before);
    join_translated(table, sighting, finding->number);
}
