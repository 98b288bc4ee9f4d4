/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the rules of nf_tables do to GRE that comes in. iptables-nft writes such rules, too.
 */
#ifndef COLLECTOR_PREFLIGHT_GRE_RULES_H
#define COLLECTOR_PREFLIGHT_GRE_RULES_H

#include <glib.h>
#include <linux/netlink.h>
#include <stdbool.h>

/** What happens to GRE on its way to the host's own protocols. */
enum gre_fate { GRE_PASSES, GRE_DROPPED, GRE_REJECTED };

struct gre_rules;

struct gre_rules *gre_rules_new(void);
void gre_rules_free(struct gre_rules *rules);

/** Takes one answer of the kernel: chains first, then rules. Others are passed over. */
void gre_rules_take(struct gre_rules *rules, const struct nlmsghdr *answer);

/**
 * The fate of GRE by what was taken. A rule that names GRE and has further conditions counts as one
 * without them; sets and jumps are not followed.
 *
 * @param where  set to the name of the chain that decides, of @p rules: "inet filter input".
 */
enum gre_fate gre_rules_judge(const struct gre_rules *rules, const char **where);

/** Asks the kernel for its chains and rules. Returns 0 or an errno; a kernel without nf_tables has
 * no rules. */
int gre_rules_ask(struct gre_rules *rules);

#endif
