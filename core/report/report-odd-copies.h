/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The latest copies out of order. A later copy may revise what they mean. Part of
 * core/report/report.h.
 */
#ifndef CORE_REPORT_REPORT_ODD_COPIES_H
#define CORE_REPORT_REPORT_ODD_COPIES_H

#include "core/report/report-session.h"

struct odd_copy {
    uint64_t frame;
    uint64_t late_of; /* the frame number of the copy that revealed the gap that this late copy
                         fills; 0: none */
    int64_t arrival_ns;
    size_t size; /* mirrored length */
    uint32_t number;
    uint32_t lost;   /* numbers that it showed to be missing */
    uint32_t stream; /* of its session */
    int64_t id;      /* of its session */
    uint8_t hardware_id;
    struct edge before; /* the copy before it that was the highest */
};

struct odd_copies {
    struct odd_copy *ring;
    uint32_t capacity; /* 0, or a power of two */
    uint32_t limit;
    uint32_t count; /* of all so far, modulo 2^32 */
    uint32_t kept;  /* of these; the latest */
};

/** @param memory_limit  bytes. */
void odd_copies_begin(struct odd_copies *copies, size_t memory_limit);
void odd_copies_clear(struct odd_copies *copies);

/** Frames do not fall. */
void odd_copies_add(struct odd_copies *copies, const struct odd_copy *copy);

/** NULL: not kept. Valid until the next is added. */
struct odd_copy *odd_copies_find(const struct odd_copies *copies, uint64_t frame, uint32_t number);

#endif
