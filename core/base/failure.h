/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Every way in which reading a packet can fail, by name, with what was found and where.
 */
#ifndef CORE_BASE_FAILURE_H
#define CORE_BASE_FAILURE_H

#include <stddef.h>
#include <stdint.h>

enum failure_kind {
    FAILURE_NONE,
    /* link layer */
    FAILURE_LINK_TYPE, /* found: the LINKTYPE that is not known */
    FAILURE_LINK_CUT,
    FAILURE_VLAN_CUT,
    FAILURE_VLAN_DEPTH, /* found: tags seen */
    FAILURE_NOT_IP,     /* found: the EtherType */
    /* network layer */
    FAILURE_IP_VERSION, /* found: the version nibble */
    FAILURE_IPV4_CUT,
    FAILURE_IPV4_HEADER_LENGTH, /* found: bytes claimed */
    FAILURE_IPV4_TOTAL_LENGTH,  /* found: bytes claimed, less than the header */
    FAILURE_IPV6_CUT,
    FAILURE_EXTENSION_CUT,   /* found: the header's protocol number */
    FAILURE_EXTENSION_DEPTH, /* found: extension headers seen */
    FAILURE_LATER_FRAGMENT,  /* found: the fragment offset in bytes */
    FAILURE_NOT_GRE,         /* found: the IP protocol */
    FAILURE_UDP_CUT,
    FAILURE_UDP_LENGTH, /* found: bytes claimed */
    FAILURE_UDP_PORT,   /* found: the destination port */
    /* GRE */
    FAILURE_GRE_CUT,         /* found: bytes the flags ask for */
    FAILURE_GRE_VERSION,     /* found: the version */
    FAILURE_GRE_ROUTING_CUT, /* found: routing entries read before the end */
    FAILURE_NOT_ERSPAN,      /* found: the GRE protocol type */
    /* ERSPAN */
    FAILURE_HEADER_CUT,      /* found: bytes the header needs */
    FAILURE_VERSION_UNKNOWN, /* found: the version nibble */
    FAILURE_SUBHEADER_CUT,   /* found: bytes that are there */
    /* marker packet */
    FAILURE_MARKER_LENGTH, /* found: bytes of payload */
    FAILURE_MARKER_TAIL,   /* found: the last 32 bits */
    FAILURE_KINDS
};

/** @p offset counts from the start of the bytes handed to the function that failed. */
struct failure {
    enum failure_kind kind;
    size_t offset;
    uint32_t found;
};

/** The name of the kind, lower case with hyphens: "ipv4-header-length". Never NULL. */
const char *failure_name(enum failure_kind kind);

/**
 * One sentence for a person, such as "offset 14: IPv4 header length of 8 bytes is below 20".
 * Writes at most @p size bytes including the end of string; returns @p text.
 */
const char *failure_text(const struct failure *failure, char *text, size_t size);

#endif
