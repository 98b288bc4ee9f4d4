/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Counting in the kernel, at rates that no program can follow: copies, bytes and missing numbers of
 * each session, by headers as GRE declares them. Nothing is analysed, and copies end there.
 */
#ifndef COLLECTOR_METER_KERNEL_COUNT_H
#define COLLECTOR_METER_KERNEL_COUNT_H

#include "collector/meter/snapshot.h"

struct bpf_map;
struct kernel_count;
struct xdp_program;

/** The maps of collector/source/bpf/counting.bpf.h in a program that is loaded. */
struct kernel_count_maps {
    const struct bpf_map *sessions;
    const struct bpf_map *totals;
};

/** Begins to count what @p interface receives. NULL after an error, which names it.
 *
 * @param drops_only  whose sessions are labelled so; must live as long as the count. */
struct kernel_count *kernel_count_begin(const char *interface,
                                        const struct session_rules *drops_only, GError **error);

/** The same for a program that is attached and does more than count.
 *
 * @param program  the count's from now on.
 * @param word     of --backend. */
struct kernel_count *kernel_count_new(struct xdp_program *program,
                                      const struct kernel_count_maps *maps, const char *word,
                                      const struct session_rules *drops_only);
void kernel_count_end(struct kernel_count *count);

/** Fills in a look; the sessions of a later one are those of an earlier one and then the new. */
void kernel_count_snapshot(struct kernel_count *count, struct snapshot *snapshot);

#endif
