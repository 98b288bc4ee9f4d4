/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the kinds of traffic share. Each is one file, and one struct traffic_source.
 *
 * Inside, times are picoseconds since the traffic began: a frame of 64 bytes at 400 Gbit/s lasts
 * 1.68 ns. 64 bits of them last 106 days.
 */
#ifndef GENERATOR_TRAFFIC_TRAFFIC_KINDS_H
#define GENERATOR_TRAFFIC_TRAFFIC_KINDS_H

#include "core/base/time-units.h"
#include "generator/base/random.h"
#include "generator/traffic/inner-kinds.h"
#include "generator/traffic/traffic.h"

enum {
    GAP_LENGTH = 20, /* preamble, start delimiter and the shortest gap between frames */
    DEFAULT_FRAME_SIZE = 1514
};

struct source_frame {
    int64_t time_ps;
    struct bytes bytes;
    bool reverse;
};

struct traffic_source {
    const char *const *keys; /* the kind's own, beside those of all; NULL is the end */
    bool ends_itself; /* knows what duration_ns means; else no frame is made at or after it */
    /* State for a plan whose AUTO members have got their values; NULL after an error. Freed by
     * end(). */
    void *(*begin)(const struct traffic_plan *plan, GError **error);
    bool (*next)(void *state, struct source_frame *frame, GError **error);
    void (*end)(void *state);
    size_t (*longest)(const struct traffic_plan *plan);    /* as traffic_longest() */
    const char *(*check)(const struct traffic_plan *plan); /* NULL: no more than all kinds need */
};

extern const struct traffic_source traffic_iperf;
extern const struct traffic_source traffic_rate;
extern const struct traffic_source traffic_poisson;
extern const struct traffic_source traffic_imix;
extern const struct traffic_source traffic_microburst;
extern const struct traffic_source traffic_requests;
extern const struct traffic_source traffic_periodic;
extern const struct traffic_source traffic_capture;

/** The keys of a kind, and those that several have. */
#define TRAFFIC_KEYS(...)                                                                          \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
#define ADDRESS_KEYS "inner-vlan", "inner-priority", "inner-ip", "inner-ip-id", "flows", "network"
#define TUNNEL_KEYS  "inner-tunnel", "inner-tunnel-ip"

/** How long @p amount of something lasts at @p per_second of it; the rest is carried, not lost. */
struct line_pace {
    int64_t per_second;
    uint64_t rest;
};
int64_t line_pace_lasts(struct line_pace *pace, uint64_t amount);

/** Bits that a frame of that length takes of a line. */
uint64_t line_bits(size_t frame_length);

/** The plan's line rate and rate, AUTO resolved: bits a second. */
int64_t traffic_line_rate(const struct traffic_plan *plan);

#endif
