/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/key-meaning.h"

#include <string.h>

#include "core/gre.h"
#include "generator/inner.h"

/* What a key is asked of. */
struct place {
    const struct key *key;
    const struct session_plan *plan;
    const struct scenario *scenario;
};

static bool has_header(const struct place *at)
{
    return at->plan->type >= ERSPAN_TYPE_II;
}

static bool is_type_ii(const struct place *at)
{
    return at->plan->type == ERSPAN_TYPE_II;
}

static bool is_type_iii(const struct place *at)
{
    return at->plan->type == ERSPAN_TYPE_III;
}

/* Sequence domains may go by fields that the type does not send. */
static bool knows_session(const struct place *at)
{
    enum sequence_domain domain = at->plan->gre.sequence_domain;
    return has_header(at) || domain == DOMAIN_SESSION_ID || domain == DOMAIN_HW_ID;
}

static bool knows_hardware(const struct place *at)
{
    return is_type_iii(at) || at->plan->gre.sequence_domain == DOMAIN_HW_ID;
}

static bool has_layout(const struct place *at, unsigned layouts)
{
    const struct session_plan *plan = at->plan;
    uint8_t platform = plan->platform == AUTO ? 0 : (uint8_t)plan->platform;
    return session_has_subheader(plan) && (layouts >> subheader_layout(platform) & 1);
}

static bool has_domain(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM);
}

static bool has_switch(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_SWITCH_SECONDS);
}

static bool has_port(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM | 1U << SUBHEADER_PORT_TIME |
                              1U << SUBHEADER_SWITCH_SECONDS | 1U << SUBHEADER_INDEX_TIME);
}

static bool has_reserved(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_VSM | 1U << SUBHEADER_PORT_TIME |
                              1U << SUBHEADER_RESERVED | 1U << SUBHEADER_INDEX_TIME);
}

static bool has_second_word(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_RESERVED);
}

static bool is_opaque(const struct place *at)
{
    return has_layout(at, 1U << SUBHEADER_OPAQUE);
}

static bool has_subheader(const struct place *at)
{
    return session_has_subheader(at->plan);
}

static bool has_ip(const struct place *at)
{
    return at->plan->stream.outer.link != LINK_KIND_SLL_WITHOUT_GRE;
}

static bool has_ipv4(const struct place *at)
{
    return has_ip(at) && at->plan->stream.outer.source.len == 4;
}

static bool has_source_mac(const struct place *at)
{
    enum link_kind link = at->plan->stream.outer.link;
    return link == LINK_KIND_ETHERNET || link == LINK_KIND_SLL;
}

static bool has_destination_mac(const struct place *at)
{
    return at->plan->stream.outer.link == LINK_KIND_ETHERNET;
}

static bool may_have_key(const struct place *at)
{
    const struct gre_plan *gre = &at->plan->gre;
    return gre->flags == AUTO || (gre->flags & GRE_BIT_KEY);
}

static bool has_sequence(const struct place *at)
{
    const struct gre_plan *gre = &at->plan->gre;
    if (gre->flags != AUTO)
        return gre->flags & GRE_BIT_SEQUENCE;
    if (gre->sequence_domain == DOMAIN_NONE)
        return false;
    return gre->sequence == SEQUENCE_AUTO ? has_header(at) : gre->sequence != SEQUENCE_NO;
}

static bool has_tags(const struct place *at)
{
    return at->plan->inner.tags.count > 0;
}

static bool carries_ip(const struct place *at)
{
    return at->plan->inner.kind->traits & KIND_IP;
}

static bool makes_frames(const struct place *at)
{
    return at->plan->inner.hex.len == 0;
}

static bool has_icmp_error(const struct place *at)
{
    return at->plan->fate.icmp_error != ICMP_ERROR_NONE;
}

static bool states_mtu(const struct place *at)
{
    return at->plan->fate.icmp_error == ICMP_ERROR_MTU;
}

static bool quotes(const struct place *at)
{
    const GArray *impairments = at->scenario->impairments;
    bool answers = has_icmp_error(at) || at->plan->impairment.drop_answer;
    for (guint i = 0; i < impairments->len && !answers; i++)
        answers = g_array_index(impairments, struct impairment_plan, i).drop_answer;
    return answers;
}

/* How many copies traffic or a loop makes is not known beforehand. */
static bool may_have_copy(const struct session_plan *plan, uint64_t number)
{
    return plan->mirror[0] != '\0' || plan->fate.loop > 1 ||
           number <= (uint64_t)plan->stream.schedule.count;
}

static bool has_icmp_copy(const struct place *at)
{
    return may_have_copy(at->plan, at->plan->fate.icmp_copy);
}

static bool has_listed_copies(const struct place *at)
{
    const void *member = (const char *)at->plan + at->key->offset;
    const struct copy_list *list = member;
    for (uint8_t i = 0; i < list->count; i++)
        if (!may_have_copy(at->plan, list->ranges[i].first))
            return false;
    return true;
}

#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The first row that names the key and does not hold tells what it lacks. */
static const struct {
    const char *const *keys;
    bool (*holds)(const struct place *at);
    const char *needs;
} rules[] = {
    {KEYS("ttl", "dscp", "destination", "ip-length"), has_ip,
     "an outer IP header: link = ethernet, sll or raw"},
    {KEYS("df", "ip-id"), has_ipv4, "an outer IPv4 header: see source, destination, link"},
    {KEYS("source-mac"), has_source_mac, "link = ethernet or sll"},
    {KEYS("destination-mac"), has_destination_mac, "link = ethernet"},
    {KEYS("sequence", "sequence-start", "sequence-bits", "sequence-domain", "gre-key",
          "gre-version", "gre-routing", "gre-flags"),
     has_ip, "a GRE header: link = ethernet, sll or raw"},
    {KEYS("sequence-start", "sequence-bits"), has_sequence, "a sequence number: see sequence"},
    {KEYS("gre-key"), may_have_key, "the bit 0x2000 in gre-flags"},
    {KEYS("version", "vlan", "cos", "truncated"), has_header, "type = 2 or 3"},
    {KEYS("session"), knows_session, "type = 2 or 3, or sequence-domain = session-id or hw-id"},
    {KEYS("en", "reserved", "index"), is_type_ii, "type = 2"},
    {KEYS("bso", "timestamp", "tick", "sgt", "p", "ft", "gra", "o", "subheader", "restart-clock"),
     is_type_iii, "type = 3"},
    {KEYS("hw"), knows_hardware, "type = 3, or sequence-domain = hw-id"},
    {KEYS("direction"), is_type_iii, "type = 3"},
    {KEYS("platform"), has_subheader, "a sub-header: type = 3, subheader = auto or yes"},
    {KEYS("domain"), has_domain, "type = 3, platform = 1"},
    {KEYS("switch", "seconds"), has_switch, "type = 3, platform = 5 or 6"},
    {KEYS("port"), has_port, "type = 3, platform = 0, 1, 3, 5, 6 or 7"},
    {KEYS("subheader-reserved"), has_reserved, "type = 3, platform = 0, 1, 3, 4 or 7"},
    {KEYS("subheader-reserved2"), has_second_word, "type = 3, platform = 4"},
    {KEYS("opaque"), is_opaque, "type = 3 and a platform other than 0, 1 and 3 to 7"},
    {KEYS("inner", "inner-size", "inner-pad", "inner-vlan", "inner-ip", "flows", "network"),
     makes_frames, "frames that are made: it does not go with inner-hex"},
    {KEYS("inner-priority"), has_tags, "inner-vlan"},
    {KEYS("inner-ip"), carries_ip, "inner = tcp, udp or echo"},
    {KEYS("icmp-copy", "icmp-instead"), has_icmp_error, "icmp-error = protocol or mtu"},
    {KEYS("icmp-copy"), has_icmp_copy, "so many copies: see count"},
    {KEYS("icmp-mtu"), states_mtu, "icmp-error = mtu"},
    {KEYS("icmp-quote"), quotes, "icmp-error = protocol or mtu, or drop-answer = yes"},
    {KEYS("restart-copies", "drop-copies", "corrupt-copies", "duplicate-copies", "late-copies"),
     has_listed_copies, "so many copies: see count"},
};

static bool names(const char *const *list, const char *name)
{
    while (*list != NULL && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

const char *key_lacks(const struct key *key, const struct session_plan *plan,
                      const struct scenario *scenario)
{
    const struct place at = {key, plan, scenario};
    for (size_t i = 0; i < G_N_ELEMENTS(rules); i++)
        if (names(rules[i].keys, key->name) && !rules[i].holds(&at))
            return rules[i].needs;
    return NULL;
}
