/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "common/preflight/link-table.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <net/if_arp.h>
#include <string.h>

#include "common/netlink.h"

/* RFC 2890 section 2: the S bit, as the kernel's flags have it in network order. */
enum { GRE_HAS_SEQUENCE = 0x1000 };

static void read_xdp(const struct rtattr *xdp, struct link *link)
{
    const struct rtattr *mode = netlink_find_inside(xdp, IFLA_XDP_ATTACHED);
    if (mode == NULL || RTA_PAYLOAD(mode) < 1)
        return;
    switch (*(const uint8_t *)RTA_DATA(mode)) {
    case XDP_ATTACHED_DRV:
        link->xdp = LINK_XDP_NATIVE;
        break;
    case XDP_ATTACHED_SKB:
        link->xdp = LINK_XDP_GENERIC;
        break;
    case XDP_ATTACHED_HW:
        link->xdp = LINK_XDP_CARD;
        break;
    case XDP_ATTACHED_MULTI:
        link->xdp = LINK_XDP_SEVERAL;
        break;
    default:
        break;
    }
    link->xdp_id = netlink_u32(netlink_find_inside(xdp, IFLA_XDP_PROG_ID));
}

static void read_kind(const struct rtattr *info, struct link *link)
{
    const struct rtattr *data = netlink_find_inside(info, IFLA_INFO_DATA);
    g_strlcpy(link->kind, netlink_text(netlink_find_inside(info, IFLA_INFO_KIND)),
              sizeof link->kind);
    if (!link_takes_gre(link))
        return;
    const struct rtattr *flags = netlink_find_inside(data, IFLA_GRE_IFLAGS);
    uint16_t value = 0;
    if (flags != NULL && RTA_PAYLOAD(flags) >= sizeof value)
        memcpy(&value, RTA_DATA(flags), sizeof value);
    link->numbered = (GUINT16_FROM_BE(value) & GRE_HAS_SEQUENCE) != 0;
    link->metadata = netlink_find_inside(data, IFLA_GRE_COLLECT_METADATA) != NULL;
}

/* The flag IFF_RUNNING follows the carrier late. */
static bool has_carrier(const struct rtattr *carrier)
{
    return carrier == NULL || RTA_PAYLOAD(carrier) < 1 || *(const uint8_t *)RTA_DATA(carrier) != 0;
}

bool link_table_read(const struct nlmsghdr *answer, struct link *link)
{
    const struct ifinfomsg *head = NLMSG_DATA(answer);
    *link = (struct link){0};
    if (answer->nlmsg_type != RTM_NEWLINK || answer->nlmsg_len < NLMSG_LENGTH(sizeof *head))
        return false;
    g_strlcpy(link->name, netlink_text(netlink_find(answer, sizeof *head, IFLA_IFNAME)),
              sizeof link->name);
    link->number = head->ifi_index;
    link->up = (head->ifi_flags & IFF_UP) != 0;
    link->carrier = has_carrier(netlink_find(answer, sizeof *head, IFLA_CARRIER));
    link->ethernet = head->ifi_type == ARPHRD_ETHER || head->ifi_type == ARPHRD_LOOPBACK;
    link->mtu = netlink_u32(netlink_find(answer, sizeof *head, IFLA_MTU));
    link->mtu_max = netlink_u32(netlink_find(answer, sizeof *head, IFLA_MAX_MTU));
    link->receive_queues = netlink_u32(netlink_find(answer, sizeof *head, IFLA_NUM_RX_QUEUES));
    g_strlcpy(link->qdisc, netlink_text(netlink_find(answer, sizeof *head, IFLA_QDISC)),
              sizeof link->qdisc);
    read_xdp(netlink_find(answer, sizeof *head, IFLA_XDP), link);
    read_kind(netlink_find(answer, sizeof *head, IFLA_LINKINFO), link);
    return link->name[0] != '\0';
}

static bool take(void *context, const struct nlmsghdr *answer)
{
    struct link link;
    if (link_table_read(answer, &link))
        g_array_append_val((GArray *)context, link);
    return false;
}

GArray *link_table_list(int *status)
{
    GArray *links = g_array_new(FALSE, FALSE, sizeof(struct link));
    struct netlink_question question = netlink_about_links();
    *status = netlink_ask(&question, take, links);
    if (*status == 0)
        return links;
    g_array_free(links, TRUE);
    return NULL;
}

const struct link *link_table_find(const GArray *links, const char *name)
{
    for (guint i = 0; i < links->len; i++) {
        const struct link *link = &g_array_index(links, struct link, i);
        if (strcmp(link->name, name) == 0)
            return link;
    }
    return NULL;
}

bool link_takes_gre(const struct link *link)
{
    static const char *const kinds[] = {"gre",    "gretap",    "erspan",
                                        "ip6gre", "ip6gretap", "ip6erspan"};
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (strcmp(link->kind, kinds[i]) == 0)
            return true;
    return false;
}
