/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/netlink.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct netlink_question question_of(unsigned short type, size_t own, bool all)
{
    return (struct netlink_question){
        .header = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(own),
                   .nlmsg_type = type,
                   .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (all ? NLM_F_DUMP : 0))}};
}

struct netlink_question netlink_about_routes(unsigned char family, bool all)
{
    struct netlink_question question = question_of(RTM_GETROUTE, sizeof(struct rtmsg), all);
    question.about.route.rtm_family = family;
    return question;
}

struct netlink_question netlink_about_neighbour(unsigned char family, int interface)
{
    struct netlink_question question = question_of(RTM_GETNEIGH, sizeof(struct ndmsg), false);
    question.about.neighbour.ndm_family = family;
    question.about.neighbour.ndm_ifindex = interface;
    return question;
}

struct netlink_question netlink_about_links(void)
{
    return question_of(RTM_GETLINK, sizeof(struct ifinfomsg), true);
}

void netlink_add(struct netlink_question *question, unsigned short type, const void *data,
                 size_t len)
{
    size_t at = NLMSG_ALIGN(question->header.nlmsg_len);
    const struct rtattr head = {(unsigned short)RTA_LENGTH(len), type};
    if (at + RTA_SPACE(len) > sizeof *question)
        return; /* a question has at most two short ones */
    memcpy((char *)question + at, &head, sizeof head);
    memcpy((char *)question + at + RTA_LENGTH(0), data, len);
    question->header.nlmsg_len = (uint32_t)(at + RTA_LENGTH(len));
}

/* Reads one datagram of answers. Returns whether more follow, or ends with 0 or an errno. */
enum progress { MORE = -1 };

static int take_answers(const char *answers, size_t len,
                        bool (*take)(void *context, const struct nlmsghdr *answer), void *context,
                        bool all)
{
    const struct nlmsghdr *answer = (const struct nlmsghdr *)(const void *)answers;
    for (; NLMSG_OK(answer, len); answer = NLMSG_NEXT(answer, len)) {
        if (answer->nlmsg_type == NLMSG_DONE)
            return 0;
        if (answer->nlmsg_type == NLMSG_ERROR)
            return -((const struct nlmsgerr *)NLMSG_DATA(answer))->error;
        if (take(context, answer) || !all)
            return 0;
    }
    return MORE;
}

int netlink_ask_part(int protocol, const struct nlmsghdr *question,
                     bool (*take)(void *context, const struct nlmsghdr *answer), void *context)
{
    static const struct timeval backoff = {.tv_sec = 2};
    _Alignas(struct nlmsghdr) char answers[1 << 15];
    bool all = (question->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    int status = MORE;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &backoff, sizeof backoff) != 0 ||
        send(fd, question, question->nlmsg_len, 0) < 0)
        status = errno;
    while (status == MORE) {
        ssize_t len = recv(fd, answers, sizeof answers, 0);
        status = len < 0 ? errno : take_answers(answers, (size_t)len, take, context, all);
    }
    if (fd >= 0)
        close(fd);
    return status;
}

int netlink_ask(struct netlink_question *question,
                bool (*take)(void *context, const struct nlmsghdr *answer), void *context)
{
    return netlink_ask_part(NETLINK_ROUTE, &question->header, take, context);
}

unsigned short netlink_type(const struct rtattr *attribute)
{
    return (unsigned short)(attribute->rta_type & NLA_TYPE_MASK);
}

/* The first attribute of this type, or of any type with @p any, among the bytes. */
static const struct rtattr *find(const char *at, size_t left, unsigned short type, bool any)
{
    while (left >= sizeof(struct rtattr)) {
        const struct rtattr *attribute = (const struct rtattr *)(const void *)at;
        size_t space = RTA_ALIGN(attribute->rta_len);
        if (attribute->rta_len < sizeof *attribute || attribute->rta_len > left)
            return NULL;
        if (any || netlink_type(attribute) == type)
            return attribute;
        at += space;
        left = space > left ? 0 : left - space;
    }
    return NULL;
}

const struct rtattr *netlink_find(const struct nlmsghdr *answer, size_t own, unsigned short type)
{
    size_t begin = NLMSG_LENGTH(NLMSG_ALIGN(own));
    size_t left = answer->nlmsg_len < begin ? 0 : answer->nlmsg_len - begin;
    return find((const char *)answer + begin, left, type, false);
}

const struct rtattr *netlink_find_inside(const struct rtattr *outer, unsigned short type)
{
    return outer == NULL ? NULL : find(RTA_DATA(outer), RTA_PAYLOAD(outer), type, false);
}

const struct rtattr *netlink_next_inside(const struct rtattr *outer, const struct rtattr *previous)
{
    const char *begin = RTA_DATA(outer);
    const char *at =
        previous == NULL ? begin : (const char *)previous + RTA_ALIGN(previous->rta_len);
    size_t done = (size_t)(at - begin);
    return done >= RTA_PAYLOAD(outer) ? NULL : find(at, RTA_PAYLOAD(outer) - done, 0, true);
}

uint32_t netlink_u32(const struct rtattr *attribute)
{
    uint32_t value = 0;
    if (attribute != NULL && RTA_PAYLOAD(attribute) >= sizeof value)
        memcpy(&value, RTA_DATA(attribute), sizeof value);
    return value;
}

const char *netlink_text(const struct rtattr *attribute)
{
    bool ends = attribute != NULL && memchr(RTA_DATA(attribute), '\0', RTA_PAYLOAD(attribute));
    return ends ? RTA_DATA(attribute) : "";
}
