/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own protocols get each copy that is addressed to this host, after erspanrate has
 * seen it. Firewall rules, ICMP errors and tunnel devices stand there.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

#include "collector/preflight/gre-rules.h"
#include "collector/preflight/preflight-checks.h"
#include "common/preflight/kernel-text.h"
#include "common/preflight/link-table.h"

/* The rules, for the check that runs; NULL with a gap in the report if they are not to be read. */
static struct gre_rules *read_rules(const struct check_subject *subject,
                                    struct check_report *report)
{
    struct gre_rules *rules = gre_rules_new();
    int status = gre_rules_ask(rules);
    g_autofree char *legacy = kernel_text_read(subject->root, "/proc/net/ip_tables_names");
    if (status == 0 && (legacy == NULL || *legacy == '\0'))
        return rules;
    gre_rules_free(rules);
    if (status == 0)
        check_could_not(report, "rules of iptables-legacy are not read: see iptables-legacy -S");
    else
        check_could_not(report, "rules of nf_tables: %s%s", g_strerror(status),
                        status == EPERM ? ": CAP_NET_ADMIN or root is needed" : "");
    return NULL;
}

/* What the rules do to GRE, and which chain; false with a gap in the report if they are not to be
 * read. @p where is to be freed. */
static bool judge_rules(const struct check_subject *subject, struct check_report *report,
                        enum gre_fate *fate, char **where)
{
    const char *chain;
    struct gre_rules *rules = read_rules(subject, report);
    if (rules == NULL)
        return false;
    *fate = gre_rules_judge(rules, &chain);
    *where = g_strdup(chain);
    gre_rules_free(rules);
    return true;
}

/* A device that takes copies of this family; NULL without one. */
static const struct link *find_taker(const struct check_subject *subject, bool v6)
{
    for (guint i = 0; i < subject->links->len; i++) {
        const struct link *link = &g_array_index(subject->links, struct link, i);
        if (link_takes_gre(link) && link->up && g_str_has_prefix(link->kind, "ip6") == v6)
            return link;
    }
    return NULL;
}

void preflight_checks_firewall(const struct check_subject *subject, struct check_report *report)
{
    const struct link *taker = find_taker(subject, false);
    if (taker == NULL)
        taker = find_taker(subject, true);
    if (taker == NULL) /* erspanrate receives before the rules */
        return;
    g_autofree char *where = NULL;
    enum gre_fate fate;
    if (!judge_rules(subject, report, &fate, &where))
        return;
    if (fate != GRE_PASSES)
        check_found(report, NULL,
                    "the chain %s %s GRE: the device %s gets no copies; erspanrate receives "
                    "before that",
                    where, fate == GRE_DROPPED ? "drops" : "rejects", taker->name);
}

/* Whether copies of the family may be addressed to this interface. */
static bool has_address(const char *interface, int family)
{
    struct ifaddrs *all;
    bool has = false;
    if (getifaddrs(&all) != 0)
        return false;
    for (const struct ifaddrs *one = all; one != NULL && !has; one = one->ifa_next) {
        if (one->ifa_addr == NULL || one->ifa_addr->sa_family != family ||
            strcmp(one->ifa_name, interface) != 0)
            continue;
        const struct sockaddr_in6 *v6 = (const void *)one->ifa_addr;
        has = family == AF_INET || !IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr);
    }
    freeifaddrs(all);
    return has;
}

/* Whether a raw socket takes GRE: /proc/net/raw has the protocol, 47, as its port. */
static bool has_raw_socket(const struct check_subject *subject, bool v6)
{
    g_autofree char *text =
        kernel_text_read(subject->root, v6 ? "/proc/net/raw6" : "/proc/net/raw");
    return text != NULL && strstr(text, ":002F ") != NULL;
}

static bool is_answered(const struct check_subject *subject, bool v6)
{
    return has_address(subject->own->name, v6 ? AF_INET6 : AF_INET) &&
           find_taker(subject, v6) == NULL && !has_raw_socket(subject, v6);
}

/* Drops GRE behind erspanrate, and before the kernel's protocols. */
static char *silence(const struct check_subject *subject)
{
    return g_strdup_printf(
        "nft 'add table netdev erspan; add chain netdev erspan in { type filter hook ingress "
        "device \"%s\" priority 0; }; add rule netdev erspan in meta l4proto gre drop'",
        subject->own->name);
}

void preflight_checks_answers(const struct check_subject *subject, struct check_report *report)
{
    bool v4 = is_answered(subject, false);
    bool v6 = is_answered(subject, true);
    if (!has_address(subject->own->name, AF_INET) && !has_address(subject->own->name, AF_INET6))
        return;
    g_autofree char *where = NULL;
    enum gre_fate fate;
    if (!judge_rules(subject, report, &fate, &where))
        return;
    if (fate == GRE_REJECTED)
        check_found(report, silence(subject),
                    "the chain %s rejects GRE: copies to an address of %s are answered by ICMP "
                    "errors",
                    where, subject->own->name);
    else if (fate == GRE_PASSES && (v4 || v6))
        check_found(report, silence(subject),
                    "no device or socket takes GRE: the kernel answers copies to the %s address "
                    "of %s by ICMP errors, which costs time for each copy",
                    v4 && v6 ? "IPv4 or IPv6"
                    : v4     ? "IPv4"
                             : "IPv6",
                    subject->own->name);
}
