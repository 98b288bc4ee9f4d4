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
    COUNT_ASIDE = 2,
    COUNT_EARLY_WORDS = 16,
    COUNT_FRAGMENTS_MAX = 1 << 14
};

struct count_key {
    __u8 source[16]; /* IPv4: in the first four bytes, the others 0 */
    __u8 destination[16];
    __u16 id; /* session ID, or COUNT_NO_ID */
    __u8 ip_version;
    __u8 type; /* 1, 2 or 3, as GRE declares it */
};

/** Copies far from the run, each a little above the one before: they may be foreign, or of a run
 * that replaces it. All zero: none. */
struct count_aside {
    __u32 first; /* number */
    __u32 next;  /* behind the highest */
    __u32 copies;
    __u32 missing; /* numbers that were passed over, when they were */
    __u32 late;    /* copies whose number was */
};

/** What was counted when another run replaced one. */
struct count_former {
    __u64 numbered;
    __u64 missing;
    __u64 late;
    __u64 duplicates;
    __u64 restarts;
    __u64 strays;
    __u32 next;
    __u32 lowest;
    __u32 run_copies;
    __u32 proof; /* copies in order that show that the run goes on; 0: none was replaced */
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
    __u64 strays; /* foreign copies: the run went on as if they had not come */
    __u32 next;   /* number behind the highest */
    __u32 lowest; /* of the run */
    __u32 run_copies;
    __u32 early_count;                     /* bits of `early` */
    struct count_aside aside[COUNT_ASIDE]; /* the first has the latest copy */
    struct count_former former;
    __u32 resumed; /* copies with which the former run goes on, and since which the other did not */
    __u32 resumed_copies; /* ... all of them */
    __u32 resumed_next;
    __u32 resumed_missing;
    __u64 early[COUNT_EARLY_WORDS]; /* a bit for each number ahead of the run, by its lower bits:
                                       a copy with it came, and was taken for a foreign one */
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
