/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Stories of frames that pass the points A, B and C. A word is a frame at a point: "A1" is frame 1
 * of flow 0, "B203" frame 3 of flow 2. Each takes 10 us. Letters behind it:
 *
 *     -  the mirror numbered the copy, but lost it
 *     c  the point shows another content (frame 1 is frame 1001 there)
 *     f  the frame is a fragment        g  it is for a group of receivers
 *     o  its TTL is 1 at A              n  the copy has no number
 *     s  the copy holds too little of the frame
 *     i  it has no IP ID
 *     l  the copy comes behind the next one of its point
 *     b  the IP packet is a big one
 *     t  the point is behind a translator of addresses and ports
 *     u  the frame carries what all do
 *
 * "." is a pause of 60 ms, in which nothing comes.
 */
#ifndef TESTS_UNIT_SUPPORT_PATH_BENCH_H
#define TESTS_UNIT_SUPPORT_PATH_BENCH_H

#include <glib.h>

#include "core/paths/path-report.h"
#include "core/paths/path-table.h"

enum { PATH_BENCH_POINTS = 3 };

#define PATH_BENCH_START_NS INT64_C(1700000000000000000)

struct path_bench {
    struct session_table *sessions;
    struct analysis *analysis;
    struct path_table *paths;
    uint32_t numbers[PATH_BENCH_POINTS];
    uint64_t frame;
    int64_t now_ns;
    GArray *steps;    /* struct path_step, by frame: what was told last */
    GHashTable *lost; /* places of frames that are told to be lost, of the pair A, B */
};

void path_bench_begin(struct path_bench *bench);
void path_bench_end(struct path_bench *bench);

/** Tells a story whose end is not the end of the capture. */
void path_bench_tell_part(struct path_bench *bench, const char *story);

/** Tells a story, or the last part of one. */
void path_bench_tell(struct path_bench *bench, const char *story);

/** What is counted between two points; NULL: nothing. */
const struct path_pair *path_bench_pair(const struct path_bench *bench, char from, char to);

/** What was told last of the copy in that frame of the capture. */
const struct path_step *path_bench_step(const struct path_bench *bench, guint frame);

#endif
