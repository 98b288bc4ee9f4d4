/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The links of this network namespace, as the kernel lists them (rtnetlink, RTM_GETLINK).
 */
#ifndef COMMON_PREFLIGHT_LINK_TABLE_H
#define COMMON_PREFLIGHT_LINK_TABLE_H

#include <glib.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct nlmsghdr;

enum { LINK_WORD_MAX = 32 };

/** How an XDP program is attached. */
enum link_xdp { LINK_XDP_NONE, LINK_XDP_NATIVE, LINK_XDP_GENERIC, LINK_XDP_CARD, LINK_XDP_SEVERAL };

struct link {
    char name[IF_NAMESIZE];
    int number; /* ifindex */
    bool up;
    bool carrier;
    bool ethernet;
    uint32_t mtu;
    uint32_t mtu_max; /* 0: the driver does not tell */
    uint32_t receive_queues;
    char kind[LINK_WORD_MAX];  /* "veth", "erspan"; "" of hardware */
    char qdisc[LINK_WORD_MAX]; /* that sends: "fq_codel" */
    enum link_xdp xdp;
    uint32_t xdp_id; /* of the program */
    bool numbered;   /* a GRE device that takes only numbers above the last one */
    bool metadata;   /* a GRE device that takes copies of all sources (external) */
};

/** Reads one answer. False if it is not a link. */
bool link_table_read(const struct nlmsghdr *answer, struct link *link);

/** All links: struct link, to be freed. NULL with @p status, an errno, if the kernel did not
 * answer. */
GArray *link_table_list(int *status);

/** The link of this name; NULL without one. */
const struct link *link_table_find(const GArray *links, const char *name);

/** True for a device that takes GRE or ERSPAN apart, over IPv4 or IPv6. */
bool link_takes_gre(const struct link *link);

#endif
