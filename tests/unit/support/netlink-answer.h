/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Makes an answer of the kernel in netlink's format, attribute by attribute.
 */
#ifndef TESTS_UNIT_SUPPORT_NETLINK_ANSWER_H
#define TESTS_UNIT_SUPPORT_NETLINK_ANSWER_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_MAX = 2048, ANSWER_DEPTH = 8 };

struct netlink_answer {
    _Alignas(struct nlmsghdr) unsigned char bytes[ANSWER_MAX];
    size_t len;
    size_t open[ANSWER_DEPTH]; /* where the attributes begin that are not closed */
    unsigned depth;
};

/** Begins an answer of that type with its fixed header. */
void netlink_answer_begin(struct netlink_answer *answer, unsigned type, const void *own,
                          size_t len);

void netlink_answer_add(struct netlink_answer *answer, unsigned type, const void *data, size_t len);
void netlink_answer_add_text(struct netlink_answer *answer, unsigned type, const char *text);

/** A number of 32 bits as the host has it, and in network order. */
void netlink_answer_add_u32(struct netlink_answer *answer, unsigned type, uint32_t value);
void netlink_answer_add_be32(struct netlink_answer *answer, unsigned type, uint32_t value);

/** An attribute that holds those that are added until it is closed. */
void netlink_answer_open(struct netlink_answer *answer, unsigned type);
void netlink_answer_close(struct netlink_answer *answer);

const struct nlmsghdr *netlink_answer_end(struct netlink_answer *answer);

#endif
