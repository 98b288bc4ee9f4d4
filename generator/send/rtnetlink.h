/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Questions to the kernel about routes and neighbours (rtnetlink).
 */
#ifndef GENERATOR_SEND_RTNETLINK_H
#define GENERATOR_SEND_RTNETLINK_H

#include <linux/rtnetlink.h>
#include <stddef.h>

#include "core/base/address.h"

enum { RTNETLINK_ATTRIBUTES = 64 };

/** One question: begin with rtnetlink_ask_*(), add attributes, send. */
struct rtnetlink_question {
    struct nlmsghdr header;
    union {
        struct rtmsg route;
        struct ndmsg neighbour;
    } about;
    char attributes[RTNETLINK_ATTRIBUTES];
};

/** @param all  for a list, NLM_F_DUMP; else for one answer. */
struct rtnetlink_question rtnetlink_about_routes(unsigned char family, bool all);
struct rtnetlink_question rtnetlink_about_neighbour(unsigned char family, int interface);

void rtnetlink_add(struct rtnetlink_question *question, unsigned short type, const void *data,
                   size_t len);

/** Sends the question and passes every answer to @p take until it returns that it is satisfied.
 * Returns 0 or an errno. */
int rtnetlink_ask(struct rtnetlink_question *question,
                  bool (*take)(void *context, const struct nlmsghdr *answer), void *context);

/** Finds the attribute of this type behind the answer's fixed header. Returns NULL if it is absent.
 */
const struct rtattr *rtnetlink_find(const struct nlmsghdr *answer, size_t own, unsigned short type);

#endif
