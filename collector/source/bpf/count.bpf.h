/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Memory shared between the counting XDP program and its reader.
 */
#ifndef COLLECTOR_SOURCE_BPF_COUNT_BPF_H
#define COLLECTOR_SOURCE_BPF_COUNT_BPF_H

#include <linux/types.h>

enum {
    COUNT_SESSIONS_MAX = 1 << 17,
    COUNT_NO_ID = 0xffff,
    COUNT_RECENT = 64 /* numbers */,
    COUNT_FRAGMENTS_MAX = 1 << 14
};

struct count_key {
    __u8 source[16]; /* IPv4: in the first four bytes, the others 0 */
    __u8 destination[16];
    __u16 id; /* session ID, or COUNT_NO_ID */
    __u8 ip_version;
    __u8 type; /* 1, 2 or 3, as GRE declares it */
};

struct count_value {
    __u64 copies;
    __u64 bytes; /* of the frames that carried them */
    __u64 numbered;
    __u64 missing; /* numbers that were passed over, when they were */
    __u64 late;    /* copies whose number was passed over */
    __u64 duplicates;
    __u64 recent; /* bit n: the number n below the highest came */
    __u64 restarts;
    __u64 strays;  /* foreign copies: the run went on as if they had not come */
    __u32 highest; /* number */
    /* Copies far from the run, which may be a run that replaces it: how many, the first number, the
     * one that would come next, and how many were missing between. */
    __u32 aside;
    __u32 aside_first;
    __u32 aside_next;
    __u32 aside_missing;
    /* The last gap, while no copy came behind the one that revealed it: the number before, and how
     * many filled it from there, in order. */
    __u32 rise_before;
    __u32 resumed;
    __u32 pad;
};

/** What tells the fragments of one outer IP packet from those of others. */
struct count_fragment {
    __u8 source[16];
    __u8 destination[16];
    __u32 id; /* as it stands in the packet */
    __u32 ip_version;
};

/** Of all sessions: packets that are no copies, of these those whose headers are not read, copies
 * that found no room, copies in the first fragment of several, and later fragments. */
enum {
    COUNT_TOTAL_OTHER,
    COUNT_TOTAL_UNREAD,
    COUNT_TOTAL_GIVEN_UP,
    COUNT_TOTAL_FIRST_FRAGMENTS,
    COUNT_TOTAL_LATER_FRAGMENTS,
    COUNT_TOTALS
};

#endif
