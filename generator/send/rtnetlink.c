/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/rtnetlink.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct rtnetlink_question question_of(unsigned short type, size_t own, bool all)
{
    return (struct rtnetlink_question){
        .header = {.nlmsg_len = (uint32_t)NLMSG_LENGTH(own),
                   .nlmsg_type = type,
                   .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (all ? NLM_F_DUMP : 0))}};
}

struct rtnetlink_question rtnetlink_about_routes(unsigned char family, bool all)
{
    struct rtnetlink_question question = question_of(RTM_GETROUTE, sizeof(struct rtmsg), all);
    question.about.route.rtm_family = family;
    return question;
}

struct rtnetlink_question rtnetlink_about_neighbour(unsigned char family, int interface)
{
    struct rtnetlink_question question = question_of(RTM_GETNEIGH, sizeof(struct ndmsg), false);
    question.about.neighbour.ndm_family = family;
    question.about.neighbour.ndm_ifindex = interface;
    return question;
}

void rtnetlink_add(struct rtnetlink_question *question, unsigned short type, const void *data,
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

int rtnetlink_ask(struct rtnetlink_question *question,
                  bool (*take)(void *context, const struct nlmsghdr *answer), void *context)
{
    static const struct timeval backoff = {.tv_sec = 2};
    _Alignas(struct nlmsghdr) char answers[1 << 15];
    bool all = question->header.nlmsg_flags & NLM_F_DUMP;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int status = MORE;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &backoff, sizeof backoff) != 0 ||
        send(fd, question, question->header.nlmsg_len, 0) < 0)
        status = errno;
    while (status == MORE) {
        ssize_t len = recv(fd, answers, sizeof answers, 0);
        status = len < 0 ? errno : take_answers(answers, (size_t)len, take, context, all);
    }
    if (fd >= 0)
        close(fd);
    return status;
}

const struct rtattr *rtnetlink_find(const struct nlmsghdr *answer, size_t own, unsigned short type)
{
    size_t begin = NLMSG_LENGTH(NLMSG_ALIGN(own));
    size_t left = answer->nlmsg_len < begin ? 0 : answer->nlmsg_len - begin;
    const char *at = (const char *)answer + begin;
    while (left >= sizeof(struct rtattr)) {
        const struct rtattr *attribute = (const struct rtattr *)(const void *)at;
        size_t space = RTA_ALIGN(attribute->rta_len);
        if (attribute->rta_len < sizeof *attribute || attribute->rta_len > left)
            return NULL;
        if (attribute->rta_type == type)
            return attribute;
        at += space;
        left = space > left ? 0 : left - space;
    }
    return NULL;
}
