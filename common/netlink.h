/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Questions to the kernel about links, routes and neighbours (rtnetlink), and to other parts of it
 * that speak netlink.
 */
#ifndef COMMON_NETLINK_H
#define COMMON_NETLINK_H

#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/address.h"

enum { NETLINK_ATTRIBUTES = 64 };

/** One question: begin with netlink_ask_*(), add attributes, send. */
struct netlink_question {
    struct nlmsghdr header;
    union {
        struct rtmsg route;
        struct ndmsg neighbour;
        struct ifinfomsg link;
    } about;
    char attributes[NETLINK_ATTRIBUTES];
};

/** @param all  for a list, NLM_F_DUMP; else for one answer. */
struct netlink_question netlink_about_routes(unsigned char family, bool all);
struct netlink_question netlink_about_neighbour(unsigned char family, int interface);

/** About all links of this network namespace. */
struct netlink_question netlink_about_links(void);

void netlink_add(struct netlink_question *question, unsigned short type, const void *data,
                 size_t len);

/** Sends the question and passes every answer to @p take until it returns that it is satisfied.
 * Returns 0 or an errno. */
int netlink_ask(struct netlink_question *question,
                bool (*take)(void *context, const struct nlmsghdr *answer), void *context);

/** The same for a question to another part of the kernel: @p protocol as NETLINK_NETFILTER. Its
 * answers end with NLMSG_DONE where it asks for a list (NLM_F_DUMP). */
int netlink_ask_part(int protocol, const struct nlmsghdr *question,
                     bool (*take)(void *context, const struct nlmsghdr *answer), void *context);

/** Finds the attribute of this type behind the answer's fixed header. Returns NULL if it is absent.
 */
const struct rtattr *netlink_find(const struct nlmsghdr *answer, size_t own, unsigned short type);

/** The same among the attributes inside @p outer; NULL finds nothing. */
const struct rtattr *netlink_find_inside(const struct rtattr *outer, unsigned short type);

/** The next attribute inside @p outer after @p previous, the first after NULL; NULL at the end. */
const struct rtattr *netlink_next_inside(const struct rtattr *outer, const struct rtattr *previous);

/** The type of an attribute, without the bits that say how its value is written. */
unsigned short netlink_type(const struct rtattr *attribute);

/** The attribute's number of 32 bits in the host's order, 0 where it is shorter or NULL. */
uint32_t netlink_u32(const struct rtattr *attribute);

/** The attribute's text, which ends within it; "" where it does not, or for NULL. */
const char *netlink_text(const struct rtattr *attribute);

#endif
