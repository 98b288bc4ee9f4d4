/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/unit/support/netlink-answer.h"

#include <glib.h>
#include <string.h>

static void append(struct netlink_answer *answer, const void *data, size_t len)
{
    g_assert_cmpuint(answer->len + len, <=, ANSWER_MAX);
    if (len > 0)
        memcpy(answer->bytes + answer->len, data, len);
    answer->len += len;
}

static void align(struct netlink_answer *answer)
{
    static const unsigned char zeros[NLMSG_ALIGNTO];
    append(answer, zeros, NLMSG_ALIGN(answer->len) - answer->len);
}

void netlink_answer_begin(struct netlink_answer *answer, unsigned type, const void *own, size_t len)
{
    const struct nlmsghdr header = {.nlmsg_type = (uint16_t)type};
    *answer = (struct netlink_answer){.len = 0};
    append(answer, &header, sizeof header);
    append(answer, own, len);
    align(answer);
}

void netlink_answer_add(struct netlink_answer *answer, unsigned type, const void *data, size_t len)
{
    const struct nlattr head = {(uint16_t)(sizeof head + len), (uint16_t)type};
    append(answer, &head, sizeof head);
    append(answer, data, len);
    align(answer);
}

void netlink_answer_add_text(struct netlink_answer *answer, unsigned type, const char *text)
{
    netlink_answer_add(answer, type, text, strlen(text) + 1);
}

void netlink_answer_add_u32(struct netlink_answer *answer, unsigned type, uint32_t value)
{
    netlink_answer_add(answer, type, &value, sizeof value);
}

void netlink_answer_add_be32(struct netlink_answer *answer, unsigned type, uint32_t value)
{
    netlink_answer_add_u32(answer, type, GUINT32_TO_BE(value));
}

void netlink_answer_open(struct netlink_answer *answer, unsigned type)
{
    g_assert_cmpuint(answer->depth, <, ANSWER_DEPTH);
    answer->open[answer->depth++] = answer->len;
    netlink_answer_add(answer, type | NLA_F_NESTED, NULL, 0);
}

void netlink_answer_close(struct netlink_answer *answer)
{
    size_t at = answer->open[--answer->depth];
    const uint16_t len = (uint16_t)(answer->len - at);
    memcpy(answer->bytes + at + offsetof(struct nlattr, nla_len), &len, sizeof len);
}

const struct nlmsghdr *netlink_answer_end(struct netlink_answer *answer)
{
    const uint32_t len = (uint32_t)answer->len;
    memcpy(answer->bytes, &len, sizeof len); /* the first member of struct nlmsghdr */
    return (const struct nlmsghdr *)(const void *)answer->bytes;
}
