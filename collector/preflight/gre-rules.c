/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/preflight/gre-rules.h"

#include <errno.h>
#include <netinet/in.h> /* before Linux's own */

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdint.h>
#include <string.h>

#include "common/netlink.h"

/* Where a chain stands on the way of a packet that comes in; chains that others call come last. */
enum place { INGRESS, PREROUTING, INPUT, CALLED, ELSEWHERE };

struct chain {
    char *name; /* "inet filter input" */
    enum place place;
    bool policy_drops;
    bool decided; /* a rule named GRE, or took everything: later ones do not count */
    enum gre_fate fate;
};

struct gre_rules {
    GPtrArray *chains;
};

static void free_chain(gpointer data)
{
    struct chain *chain = data;
    g_free(chain->name);
    g_free(chain);
}

struct gre_rules *gre_rules_new(void)
{
    struct gre_rules *rules = g_new0(struct gre_rules, 1);
    rules->chains = g_ptr_array_new_with_free_func(free_chain);
    return rules;
}

void gre_rules_free(struct gre_rules *rules)
{
    g_ptr_array_free(rules->chains, TRUE);
    g_free(rules);
}

/* nf_tables writes numbers in network order. */
static uint32_t number_of(const struct rtattr *attribute)
{
    return GUINT32_FROM_BE(netlink_u32(attribute));
}

static const char *family_name(unsigned family)
{
    switch (family) {
    case NFPROTO_INET:
        return "inet";
    case NFPROTO_IPV4:
        return "ip";
    case NFPROTO_IPV6:
        return "ip6";
    case NFPROTO_NETDEV:
        return "netdev";
    default:
        return NULL;
    }
}

static enum place place_of(unsigned family, uint32_t hook)
{
    if (family == NFPROTO_NETDEV)
        return hook == NF_NETDEV_INGRESS ? INGRESS : ELSEWHERE;
    switch (hook) {
    case NF_INET_PRE_ROUTING:
        return PREROUTING;
    case NF_INET_LOCAL_IN:
        return INPUT;
    case NF_INET_INGRESS:
        return INGRESS;
    default:
        return ELSEWHERE;
    }
}

static char *chain_name(unsigned family, const struct rtattr *table, const struct rtattr *name)
{
    return g_strdup_printf("%s %s %s", family_name(family), netlink_text(table),
                           netlink_text(name));
}

static void take_chain(struct gre_rules *rules, const struct nlmsghdr *answer, unsigned family)
{
    const size_t own = sizeof(struct nfgenmsg);
    const struct rtattr *hook = netlink_find(answer, own, NFTA_CHAIN_HOOK);
    const struct rtattr *policy = netlink_find(answer, own, NFTA_CHAIN_POLICY);
    struct chain *chain = g_new0(struct chain, 1);
    chain->name = chain_name(family, netlink_find(answer, own, NFTA_CHAIN_TABLE),
                             netlink_find(answer, own, NFTA_CHAIN_NAME));
    chain->place = hook == NULL
                       ? CALLED
                       : place_of(family, number_of(netlink_find_inside(hook, NFTA_HOOK_HOOKNUM)));
    chain->policy_drops = policy != NULL && number_of(policy) == NF_DROP;
    g_ptr_array_add(rules->chains, chain);
}

static struct chain *find_chain(const struct gre_rules *rules, const char *name)
{
    for (guint i = 0; i < rules->chains->len; i++) {
        struct chain *chain = g_ptr_array_index(rules->chains, i);
        if (strcmp(chain->name, name) == 0)
            return chain;
    }
    return NULL;
}

/* What a rule compares next. */
enum loaded { NOTHING, PROTOCOL, FAMILY, OTHER };

struct rule {
    enum loaded loaded;
    bool names_gre;
    bool excludes_gre;
    bool has_conditions; /* beside the protocol */
    bool ends;
    enum gre_fate fate;
};

static enum loaded loaded_by_meta(const struct rtattr *data)
{
    switch (number_of(netlink_find_inside(data, NFTA_META_KEY))) {
    case NFT_META_L4PROTO:
        return PROTOCOL;
    case NFT_META_NFPROTO:
    case NFT_META_PROTOCOL:
        return FAMILY;
    default:
        return OTHER;
    }
}

/* The protocol stands in the ninth byte of IPv4 (RFC 791), in the sixth of IPv6 (RFC 8200). */
static enum loaded loaded_by_payload(const struct rtattr *data)
{
    enum { IPV4_PROTOCOL = 9, IPV6_NEXT_HEADER = 6 };
    uint32_t at = number_of(netlink_find_inside(data, NFTA_PAYLOAD_OFFSET));
    bool one_byte = number_of(netlink_find_inside(data, NFTA_PAYLOAD_LEN)) == 1;
    bool network =
        number_of(netlink_find_inside(data, NFTA_PAYLOAD_BASE)) == NFT_PAYLOAD_NETWORK_HEADER;
    return one_byte && network && (at == IPV4_PROTOCOL || at == IPV6_NEXT_HEADER) ? PROTOCOL
                                                                                  : OTHER;
}

static void take_comparison(struct rule *rule, const struct rtattr *data)
{
    const struct rtattr *value =
        netlink_find_inside(netlink_find_inside(data, NFTA_CMP_DATA), NFTA_DATA_VALUE);
    bool equal = number_of(netlink_find_inside(data, NFTA_CMP_OP)) == NFT_CMP_EQ;
    if (rule->loaded == PROTOCOL && value != NULL && RTA_PAYLOAD(value) >= 1) {
        bool gre = *(const uint8_t *)RTA_DATA(value) == IPPROTO_GRE;
        rule->names_gre |= equal && gre;
        rule->excludes_gre |= equal != gre;
    } else if (rule->loaded != FAMILY) {
        rule->has_conditions = true;
    }
    rule->loaded = NOTHING;
}

static void take_verdict(struct rule *rule, const struct rtattr *data)
{
    const struct rtattr *verdict =
        netlink_find_inside(netlink_find_inside(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
    const struct rtattr *code = netlink_find_inside(verdict, NFTA_VERDICT_CODE);
    if (code == NULL)
        return;
    uint32_t value = number_of(code);
    rule->ends = value == NF_DROP || value == NF_ACCEPT;
    rule->fate = value == NF_DROP ? GRE_DROPPED : GRE_PASSES;
}

static void end_with(struct rule *rule, enum gre_fate fate)
{
    rule->ends = true;
    rule->fate = fate;
}

static void take_expression(struct rule *rule, const char *name, const struct rtattr *data)
{
    if (strcmp(name, "meta") == 0)
        rule->loaded = loaded_by_meta(data);
    else if (strcmp(name, "payload") == 0)
        rule->loaded = loaded_by_payload(data);
    else if (strcmp(name, "cmp") == 0)
        take_comparison(rule, data);
    else if (strcmp(name, "immediate") == 0)
        take_verdict(rule, data);
    else if (strcmp(name, "reject") == 0)
        end_with(rule, GRE_REJECTED);
    else if (strcmp(name, "target") == 0) { /* iptables-nft */
        if (strcmp(netlink_text(netlink_find_inside(data, NFTA_TARGET_NAME)), "REJECT") == 0)
            end_with(rule, GRE_REJECTED);
    } else if (strcmp(name, "counter") != 0 && strcmp(name, "log") != 0) {
        rule->has_conditions = true;
    }
}

static void take_rule(struct gre_rules *rules, const struct nlmsghdr *answer, unsigned family)
{
    const size_t own = sizeof(struct nfgenmsg);
    g_autofree char *name = chain_name(family, netlink_find(answer, own, NFTA_RULE_TABLE),
                                       netlink_find(answer, own, NFTA_RULE_CHAIN));
    struct chain *chain = find_chain(rules, name);
    const struct rtattr *list = netlink_find(answer, own, NFTA_RULE_EXPRESSIONS);
    struct rule rule = {0};
    if (chain == NULL || list == NULL)
        return;
    const struct rtattr *element = NULL;
    while ((element = netlink_next_inside(list, element)) != NULL)
        take_expression(&rule, netlink_text(netlink_find_inside(element, NFTA_EXPR_NAME)),
                        netlink_find_inside(element, NFTA_EXPR_DATA));
    bool meets_all = !rule.has_conditions && !rule.excludes_gre && chain->place != CALLED;
    if (!rule.ends || chain->decided || !((rule.names_gre && !rule.excludes_gre) || meets_all))
        return;
    chain->decided = true;
    chain->fate = rule.fate;
}

void gre_rules_take(struct gre_rules *rules, const struct nlmsghdr *answer)
{
    const struct nfgenmsg *head = NLMSG_DATA(answer);
    if (answer->nlmsg_len < NLMSG_LENGTH(sizeof *head) ||
        answer->nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES || family_name(head->nfgen_family) == NULL)
        return;
    if ((answer->nlmsg_type & 0xff) == NFT_MSG_NEWCHAIN)
        take_chain(rules, answer, head->nfgen_family);
    else if ((answer->nlmsg_type & 0xff) == NFT_MSG_NEWRULE)
        take_rule(rules, answer, head->nfgen_family);
}

enum gre_fate gre_rules_judge(const struct gre_rules *rules, const char **where)
{
    enum place place = ELSEWHERE;
    enum gre_fate fate = GRE_PASSES;
    *where = "";
    for (guint i = 0; i < rules->chains->len; i++) {
        const struct chain *chain = g_ptr_array_index(rules->chains, i);
        enum gre_fate own = chain->decided        ? chain->fate
                            : chain->policy_drops ? GRE_DROPPED
                                                  : GRE_PASSES;
        if (chain->place >= place || own == GRE_PASSES)
            continue;
        place = chain->place;
        fate = own;
        *where = chain->name;
    }
    return fate;
}

static bool take(void *context, const struct nlmsghdr *answer)
{
    gre_rules_take(context, answer);
    return false;
}

int gre_rules_ask(struct gre_rules *rules)
{
    static const uint16_t lists[] = {NFT_MSG_GETCHAIN, NFT_MSG_GETRULE};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
        const struct {
            struct nlmsghdr header;
            struct nfgenmsg about;
        } question = {
            .header = {.nlmsg_len = sizeof question,
                       .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | lists[i]),
                       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
            .about = {.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0},
        };
        int status = netlink_ask_part(NETLINK_NETFILTER, &question.header, take, rules);
        if (status == EINVAL || status == EPROTONOSUPPORT || status == EOPNOTSUPP)
            return 0;
        if (status != 0)
            return status;
    }
    return 0;
}
