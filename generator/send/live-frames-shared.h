/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Memory shared between the BPF program that makes live frames and the process that starts it: the
 * templates, their changing fields, and the outcome of each frame. Only one thread writes at a
 * time.
 */
#ifndef GENERATOR_SEND_LIVE_FRAMES_SHARED_H
#define GENERATOR_SEND_LIVE_FRAMES_SHARED_H

#include <linux/types.h>

enum {
    TEMPLATES_MAX = 256,
    /* Bytes of a page besides the kernel's own data. */
    TEMPLATE_LENGTH = 3328,
    /* All fields that change lie within these bytes. */
    TEMPLATE_HEADERS = 256,
    /* More frames than the kernel collects before it sends. */
    UNDER_WAY_MAX = 256,
    ERRORS_MAX = 256,
    /* Times that are summed up are in 1/4096 ns: shifted by this many bits, so that no division is
     * needed. */
    FINE_BITS = 12,
    LATE_STEPS = 32,
    LATE_BUCKETS = LATE_STEPS * 60
};

/** Offsets of fields in a template. */
enum { NOWHERE = 0 };

/** A session: the frame, whose fields the BPF program updates in place before it copies the frame.
 */
struct live_template {
    __u8 bytes[TEMPLATE_LENGTH];
    __u32 length;
    __u32 counter;             /* of its sequence domain */
    __u32 sequence_at;         /* offsets; NOWHERE: the field is absent */
    __u32 source_counter_mask; /* 0: the number is constant */
    __u32 id_at;               /* IPv4 identification, which counts */
    __u32 id;                  /* the last */
    __u32 ip_sum;   /* RFC 1071's running sum of the IPv4 header without identification */
    __u32 time_at;  /* Type III timestamp */
    __u32 upper_at; /* of its upper half */
    __u32 seconds_at;
    __u32 seconds;      /* of the clock at the start */
    __u32 carries;      /* the timestamp is nanoseconds that carry into the seconds */
    __u64 clock_start;  /* ticks */
    __u64 tick_ps;      /* 0: the clock does not run */
    __s64 clock_origin; /* CLOCK_MONOTONIC when the clock shows clock_start */
    __u64 cost; /* how long the frame occupies the line at the rate, in 1/4096 ns; 0: no rate */
    /* The outcome */
    __u64 made;
    __u64 left;
    __u64 first_made; /* CLOCK_MONOTONIC, ns */
    __u64 last_made;
    __u64 first_left;
    __u64 last_left;
};

/** A sequence domain. */
struct live_counter {
    __u32 next;
    __u64 taken;
    __u64 left;
    __u64 lowest_ordinal; /* numbers taken up to and including the highest that was sent */
    __u64 highest_ordinal;
    __u32 lowest;
    __u32 highest;
};

/** A frame that was made and whose outcome is not known yet. */
struct live_departure {
    __u32 template;
    __u32 number;
    __u64 ordinal;
    __u64 due; /* CLOCK_MONOTONIC, ns; 0: none */
};

struct live_frames {
    __u32 interface;
    __u32 template_count;
    __u32 longest; /* the bytes before each template */
    __u32 event;   /* the next session */
    __u64 now;     /* CLOCK_MONOTONIC when the clock was read last */
    __u64 end;     /* no frame is made after this time */
    __u64 start;   /* time of the first */
    __u64 due;     /* time of the next, from the start, in 1/4096 ns */
    __u64 held_back_ns;
    __u32 over;      /* the end was reached */
    __u32 processor; /* processor that runs the program */
    __u64 put;       /* frames under way; counts up without wrap, as the next */
    __u64 taken;
    struct live_departure under_way[UNDER_WAY_MAX];
    __u64 failures[ERRORS_MAX]; /* by errno */
    __u64 late_longest;
    __u64 late[LATE_BUCKETS]; /* as in generator/send/latency-histogram.h */
    struct live_counter counters[TEMPLATES_MAX];
    struct live_template templates[TEMPLATES_MAX];
};

#endif
