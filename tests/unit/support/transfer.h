/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * TCP transfers through a mirror, for the tests of verdicts.
 */
#ifndef TESTS_UNIT_SUPPORT_TRANSFER_H
#define TESTS_UNIT_SUPPORT_TRANSFER_H

#include "core/verdict/verdict.h"
#include "tests/unit/support/mirror.h"
#include "tests/unit/support/support.h"

/** What becomes of a mirrored frame. */
enum fate { COMES, IS_LOST, IS_NOT_MIRRORED };

/** A transfer of full-size segments, each acknowledged, and how it is mirrored. */
struct transfer {
    struct made_copy copy; /* of every frame: type, addresses, ID */
    uint16_t flow;
    unsigned segments;
    size_t mss; /* 1460 unless said; segments are as long */
    enum fate full;
    enum fate small;
    enum fate (*chance)(unsigned number); /* overrides COMES */
};

enum { HEADERS = 54, MSS = 1460 };

/** The number of the next copy. */
extern uint32_t transfer_next_number;

/** Mirrors one frame. @p fate: unless it COMES, what becomes of it. */
void transfer_send_frame(struct mirror *mirror, const struct transfer *transfer,
                         const struct made_segment *segment, size_t payload, enum fate fate);

/** Mirrors the handshake, and each segment with its ACK. */
void transfer_send(struct mirror *mirror, const struct transfer *transfer);

/** Begins a mirror whose copies are numbered from 0. */
void transfer_begin(struct mirror *mirror);

/** Judges the first session and ends the mirror. */
size_t transfer_judge(struct mirror *mirror, struct verdict verdicts[CAUSES]);

/** Judges a mirror of this transfer alone. */
size_t transfer_judge_alone(const struct transfer *transfer, struct verdict verdicts[CAUSES]);

/** The summary or the evidence has @p text. */
void transfer_assert_said(const struct verdict *verdict, const char *text);

/** Sends only the frames of one end. */
void transfer_send_side(struct mirror *mirror, struct made_copy copy, bool from_server);

#endif
