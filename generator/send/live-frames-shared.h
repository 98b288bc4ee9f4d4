/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the program in the kernel that makes live frames shares with the one that starts it: the
 * templates, what changes in them, and what became of the frames. One thread writes at a time.
 */
#ifndef GENERATOR_SEND_LIVE_FRAMES_SHARED_H
#define GENERATOR_SEND_LIVE_FRAMES_SHARED_H

#include <linux/types.h>

enum {
    TEMPLATES_MAX = 256,
    /* What one page holds beside the kernel's own data. */
    TEMPLATE_LENGTH = 3328,
    /* All that changes stands before. */
    TEMPLATE_HEADERS = 256,
    /* More than the kernel gathers before it sends. */
    UNDER_WAY_MAX = 256,
    ERRORS_MAX = 256,
    /* Nanoseconds are shifted by so much for times that add up, which no division must slow. */
    FINE_BITS = 12,
    LATE_STEPS = 32,
    LATE_BUCKETS = LATE_STEPS * 60
};

/** Where something stands in a template. */
enum { NOWHERE = 0 };

/** A session: its frame, which the kernel's program patches where it stands and then copies. */
struct live_template {
    __u8 bytes[TEMPLATE_LENGTH];
    __u32 length;
    __u32 counter;       /* of its sequence domain */
    __u32 sequence_at;   /* offsets; NOWHERE: there is none */
    __u32 sequence_mask; /* 0: the number stands still */
    __u32 id_at;         /* IPv4 identification, which counts */
    __u32 id;            /* the last */
    __u32 ip_sum;        /* RFC 1071's running sum of the IPv4 header without identification */
    __u32 time_at;       /* Type III timestamp */
    __u32 upper_at;      /* of its upper half */
    __u32 seconds_at;
    __u32 seconds;      /* of the clock at the start */
    __u32 carries;      /* the timestamp is nanoseconds that carry into the seconds */
    __u64 clock_start;  /* ticks */
    __u64 tick_ps;      /* 0: the clock stands still */
    __s64 clock_origin; /* moment at which it shows clock_start */
    __u64 cost;         /* how long the line is taken at the rate, in 1/4096 ns; 0: no rate */
    /* What became of it */
    __u64 made;
    __u64 left;
    __u64 first_made; /* moments */
    __u64 last_made;
    __u64 first_left;
    __u64 last_left;
};

/** A sequence domain. */
struct live_counter {
    __u32 next;
    __u64 taken;
    __u64 left;
    __u64 lowest_ordinal; /* of those that left: how many numbers were taken, it counted */
    __u64 highest_ordinal;
    __u32 lowest;
    __u32 highest;
};

/** A frame that was made and of which nobody has said yet whether it left. */
struct live_departure {
    __u32 template;
    __u32 number;
    __u64 ordinal;
    __u64 due; /* moment; 0: none */
};

struct live_frames {
    __u32 interface;
    __u32 template_count;
    __u32 longest; /* of the templates: what every frame starts with */
    __u32 event;   /* whose it is */
    __u64 now;     /* the moment of the last that asked the clock */
    __u64 end;     /* moment after which no frame is made */
    __u64 start;   /* moment of the first */
    __u64 due;     /* moment of the next, from the start, in 1/4096 ns */
    __u64 held_back_ns;
    __u32 over;      /* the end has come */
    __u32 processor; /* that makes them now */
    __u64 put;       /* frames under way, counted on, as the next */
    __u64 taken;
    struct live_departure under_way[UNDER_WAY_MAX];
    __u64 failures[ERRORS_MAX]; /* by errno */
    __u64 late_longest;
    __u64 late[LATE_BUCKETS]; /* as in generator/send/latency-histogram.h */
    struct live_counter counters[TEMPLATES_MAX];
    struct live_template templates[TEMPLATES_MAX];
};

#endif
