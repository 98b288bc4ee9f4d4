/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/send/neighbour.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/errors.h"
#include "common/netlink.h"
#include "generator/send/monotonic.h"

enum {
    DISCARD_PORT = 9,
    KNOWN = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY
};

static const int64_t longest_wait_ns = 3 * (int64_t)NS_PER_SECOND;
static const int64_t between_looks_ns = 20 * NS_PER_MS;

static unsigned char family_of(struct address address)
{
    return address.len == 4 ? AF_INET : AF_INET6;
}

/* The next hop: the address itself, or that of a router. */
static bool take_hop(void *context, const struct nlmsghdr *answer)
{
    struct address *hop = context;
    const struct rtattr *gateway = netlink_find(answer, sizeof(struct rtmsg), RTA_GATEWAY);
    if (gateway != NULL && RTA_PAYLOAD(gateway) == hop->len)
        memcpy(hop->bytes, RTA_DATA(gateway), hop->len);
    return true;
}

static int find_hop(const struct egress *egress, struct address address, struct address *hop)
{
    struct netlink_question question = netlink_about_routes(family_of(address), false);
    question.about.route.rtm_dst_len = (unsigned char)(address.len * 8);
    netlink_add(&question, RTA_DST, address.bytes, address.len);
    netlink_add(&question, RTA_OIF, &egress->index, sizeof egress->index);
    *hop = address;
    return netlink_ask(&question, take_hop, hop);
}

struct finding {
    struct mac *mac;
    bool known;
};

static bool take_neighbour(void *context, const struct nlmsghdr *answer)
{
    struct finding *finding = context;
    const struct ndmsg *neighbour = NLMSG_DATA(answer);
    const struct rtattr *mac = netlink_find(answer, sizeof *neighbour, NDA_LLADDR);
    if (mac != NULL && RTA_PAYLOAD(mac) == sizeof *finding->mac && (neighbour->ndm_state & KNOWN)) {
        memcpy(finding->mac->bytes, RTA_DATA(mac), sizeof finding->mac->bytes);
        finding->known = true;
    }
    return true;
}

static bool find_neighbour(const struct egress *egress, struct address hop, struct mac *mac)
{
    struct finding finding = {mac, false};
    struct netlink_question question = netlink_about_neighbour(family_of(hop), egress->index);
    netlink_add(&question, NDA_DST, hop.bytes, hop.len);
    netlink_ask(&question, take_neighbour, &finding);
    return finding.known;
}

/* Sends an empty datagram to the address, so that the kernel resolves it. Returns 0 or an errno. */
static int knock(const struct egress *egress, struct address address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(DISCARD_PORT)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(DISCARD_PORT)};
    memcpy(&v4.sin_addr, address.bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, address.bytes, sizeof v6.sin6_addr);
    bool is_v4 = address.len == 4;
    const struct sockaddr *to = is_v4 ? (const struct sockaddr *)&v4 : (const struct sockaddr *)&v6;
    int fd = socket(family_of(address), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    bool sent =
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, egress->name,
                   (socklen_t)strlen(egress->name)) == 0 &&
        sendto(fd, "", 0, MSG_DONTWAIT, to, (socklen_t)(is_v4 ? sizeof v4 : sizeof v6)) == 0;
    int number = sent ? 0 : errno;
    close(fd);
    return number;
}

static gboolean fail_unknown(const struct egress *egress, struct address address, const char *why,
                             GError **error)
{
    char text[INET6_ADDRSTRLEN];
    inet_ntop(family_of(address), address.bytes, text, sizeof text);
    return fail(error, STATUS_FAILED,
                "%s: the MAC address of %s is not known, %s: give the collector's address "
                "(--destination), or the MAC address to send to (--destination-mac)",
                egress->name, text, why);
}

gboolean neighbour_find(const struct egress *egress, struct address address, struct mac *mac,
                        GError **error)
{
    struct address hop;
    int number = find_hop(egress, address, &hop);
    if (number != 0)
        return fail_unknown(egress, address, g_strerror(number), error);
    if (find_neighbour(egress, hop, mac))
        return TRUE;
    number = knock(egress, address);
    if (number != 0)
        return fail_unknown(egress, address, g_strerror(number), error);
    int64_t until = monotonic_now() + longest_wait_ns;
    while (monotonic_now() < until) {
        if (find_neighbour(egress, hop, mac))
            return TRUE;
        monotonic_sleep_until(monotonic_now() + between_looks_ns);
    }
    return fail_unknown(egress, address, "and no host answers for it", error);
}

struct lead {
    int interface;
    bool found;
};

static bool take_default_route(void *context, const struct nlmsghdr *answer)
{
    struct lead *lead = context;
    const struct rtmsg *route = NLMSG_DATA(answer);
    const struct rtattr *interface = netlink_find(answer, sizeof *route, RTA_OIF);
    if (route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST && interface != NULL)
        lead->found = memcmp(RTA_DATA(interface), &lead->interface, sizeof lead->interface) == 0;
    return lead->found;
}

bool neighbour_is_the_world(const struct egress *egress)
{
    struct lead lead = {egress->index, false};
    static const unsigned char families[] = {AF_INET, AF_INET6};
    for (size_t i = 0; i < G_N_ELEMENTS(families) && !lead.found; i++) {
        struct netlink_question question = netlink_about_routes(families[i], true);
        netlink_ask(&question, take_default_route, &lead);
    }
    return lead.found;
}
