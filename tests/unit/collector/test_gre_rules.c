/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules of nf_tables do to GRE: chains and rules in the kernel's format. */
#include <glib.h>
#include <netinet/in.h> /* before Linux's own */

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "collector/preflight/gre-rules.h"
#include "tests/unit/support/netlink-answer.h"

enum { NO_HOOK = 99, ESP = 50 };

static void begin(struct netlink_answer *answer, unsigned family, unsigned type)
{
    const struct nfgenmsg own = {.nfgen_family = (uint8_t)family};
    netlink_answer_begin(answer, NFNL_SUBSYS_NFTABLES << 8 | type, &own, sizeof own);
}

static void add_chain(struct gre_rules *rules, unsigned family, const char *name, unsigned hook,
                      unsigned policy)
{
    struct netlink_answer answer;
    begin(&answer, family, NFT_MSG_NEWCHAIN);
    netlink_answer_add_text(&answer, NFTA_CHAIN_TABLE, "t");
    netlink_answer_add_text(&answer, NFTA_CHAIN_NAME, name);
    if (hook != NO_HOOK) {
        netlink_answer_open(&answer, NFTA_CHAIN_HOOK);
        netlink_answer_add_be32(&answer, NFTA_HOOK_HOOKNUM, hook);
        netlink_answer_close(&answer);
        netlink_answer_add_be32(&answer, NFTA_CHAIN_POLICY, policy);
    }
    gre_rules_take(rules, netlink_answer_end(&answer));
}

/* A rule is written expression by expression, as words: "meta", "gre", "esp", "not-gre", "address",
 * "drop", "accept", "reject", "REJECT", "counter", "set". */
static void add_expression(struct netlink_answer *answer, const char *word)
{
    bool ends = strcmp(word, "drop") == 0 || strcmp(word, "accept") == 0;
    bool compares = strstr(word, "gre") != NULL || strcmp(word, "esp") == 0;
    bool loads = strcmp(word, "meta") == 0;
    bool header = strcmp(word, "header") == 0 || strcmp(word, "address") == 0;
    netlink_answer_open(answer, NFTA_LIST_ELEM);
    netlink_answer_add_text(answer, NFTA_EXPR_NAME,
                            ends                          ? "immediate"
                            : compares                    ? "cmp"
                            : header                      ? "payload"
                            : strcmp(word, "set") == 0    ? "lookup"
                            : strcmp(word, "REJECT") == 0 ? "target"
                                                          : word);
    netlink_answer_open(answer, NFTA_EXPR_DATA);
    if (loads) {
        netlink_answer_add_be32(answer, NFTA_META_KEY, NFT_META_L4PROTO);
    } else if (header) {
        netlink_answer_add_be32(answer, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_NETWORK_HEADER);
        netlink_answer_add_be32(answer, NFTA_PAYLOAD_OFFSET, word[0] == 'h' ? 9 : 12);
        netlink_answer_add_be32(answer, NFTA_PAYLOAD_LEN, word[0] == 'h' ? 1 : 4);
    } else if (compares) {
        const uint8_t protocol = word[0] == 'e' ? ESP : IPPROTO_GRE;
        netlink_answer_add_be32(answer, NFTA_CMP_OP, word[0] == 'n' ? NFT_CMP_NEQ : NFT_CMP_EQ);
        netlink_answer_open(answer, NFTA_CMP_DATA);
        netlink_answer_add(answer, NFTA_DATA_VALUE, &protocol, 1);
        netlink_answer_close(answer);
    } else if (ends) {
        netlink_answer_open(answer, NFTA_IMMEDIATE_DATA);
        netlink_answer_open(answer, NFTA_DATA_VERDICT);
        netlink_answer_add_be32(answer, NFTA_VERDICT_CODE, word[0] == 'd' ? NF_DROP : NF_ACCEPT);
        netlink_answer_close(answer);
        netlink_answer_close(answer);
    } else if (strcmp(word, "REJECT") == 0) {
        netlink_answer_add_text(answer, NFTA_TARGET_NAME, word);
    }
    netlink_answer_close(answer);
    netlink_answer_close(answer);
}

static void add_rule(struct gre_rules *rules, unsigned family, const char *chain, const char *text)
{
    struct netlink_answer answer;
    begin(&answer, family, NFT_MSG_NEWRULE);
    netlink_answer_add_text(&answer, NFTA_RULE_TABLE, "t");
    netlink_answer_add_text(&answer, NFTA_RULE_CHAIN, chain);
    netlink_answer_open(&answer, NFTA_RULE_EXPRESSIONS);
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *word != NULL; word++)
        add_expression(&answer, *word);
    netlink_answer_close(&answer);
    gre_rules_take(rules, netlink_answer_end(&answer));
}

static const struct {
    const char *rule; /* of the chain; NULL: none */
    const char *second;
    unsigned hook, policy;
    enum gre_fate fate;
} cases[] = {
    {NULL, NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {NULL, NULL, NF_INET_LOCAL_IN, NF_DROP, GRE_DROPPED},
    {NULL, NULL, NF_INET_FORWARD, NF_DROP, GRE_PASSES},
    {"meta gre drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_DROPPED},
    {"header gre counter drop", NULL, NF_INET_PRE_ROUTING, NF_ACCEPT, GRE_DROPPED},
    {"meta gre reject", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_REJECTED},
    {"meta gre REJECT", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_REJECTED},
    {"meta gre accept", NULL, NF_INET_LOCAL_IN, NF_DROP, GRE_PASSES},
    {"meta gre accept", "meta gre drop", NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {"meta gre counter", "meta gre drop", NF_INET_LOCAL_IN, NF_ACCEPT, GRE_DROPPED},
    {"meta esp drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {"meta not-gre drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {"drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_DROPPED},
    {"counter reject", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_REJECTED},
    {"set drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {"address gre drop", NULL, NF_INET_LOCAL_IN, NF_ACCEPT, GRE_PASSES},
    {"meta gre drop", NULL, NO_HOOK, NF_ACCEPT, GRE_DROPPED},
    {"drop", NULL, NO_HOOK, NF_ACCEPT, GRE_PASSES},
    {"meta gre drop", NULL, NF_INET_LOCAL_OUT, NF_ACCEPT, GRE_PASSES},
};

static void test_cases(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct gre_rules *rules = gre_rules_new();
        const char *where;
        g_test_message("%zu: %s", i, cases[i].rule);
        add_chain(rules, NFPROTO_INET, "c", cases[i].hook, cases[i].policy);
        if (cases[i].rule != NULL)
            add_rule(rules, NFPROTO_INET, "c", cases[i].rule);
        if (cases[i].second != NULL)
            add_rule(rules, NFPROTO_INET, "c", cases[i].second);
        g_assert_cmpint(gre_rules_judge(rules, &where), ==, cases[i].fate);
        g_assert_cmpstr(where, ==, cases[i].fate == GRE_PASSES ? "" : "inet t c");
        gre_rules_free(rules);
    }
}

/* The chain that a packet meets first decides. */
static void test_order(void)
{
    struct gre_rules *rules = gre_rules_new();
    const char *where;
    add_chain(rules, NFPROTO_IPV4, "input", NF_INET_LOCAL_IN, NF_ACCEPT);
    add_chain(rules, NFPROTO_NETDEV, "in", NF_NETDEV_INGRESS, NF_ACCEPT);
    add_rule(rules, NFPROTO_IPV4, "input", "meta gre reject");
    add_rule(rules, NFPROTO_NETDEV, "in", "meta gre drop");
    add_rule(rules, NFPROTO_NETDEV, "no such chain", "meta gre reject");
    g_assert_cmpint(gre_rules_judge(rules, &where), ==, GRE_DROPPED);
    g_assert_cmpstr(where, ==, "netdev t in");
    gre_rules_free(rules);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/gre-rules/cases", test_cases);
    g_test_add_func("/gre-rules/order", test_order);
    return g_test_run();
}
