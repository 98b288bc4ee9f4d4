/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What the later fragments of an outer IP packet add to the session of the copy in it. Only the
 * first fragment holds the copy's header, so the others are known by addresses and identification.
 * They are not put together: of each packet its bytes are summed. Private to core/report.
 *
 * Packets are remembered for a second, the last few hundred of them: an identification comes again.
 * All packets of a source that always sends ID 0 (quirk Q16, IP ID 0, DF 0) share one
 * identification.
 */
#ifndef CORE_REPORT_REPORT_FRAGMENTS_H
#define CORE_REPORT_REPORT_FRAGMENTS_H

#include "core/report/report.h"
#include "core/wire/outer-fragment.h"

/** A fragment arrived. */
struct arrived_fragment {
    struct outer_fragment fragment;
    int64_t arrival_ns;
    size_t frame_length; /* bytes of its frame on the wire, from the link layer on */
};

/**
 * A fragment without a copy's header, or whose copy is not read yet. Its bytes are the session's as
 * soon as the first fragment is there.
 *
 * @return bytes that a session has from now on; 0: the first fragment did not come yet.
 */
uint64_t report_add_fragment(struct report *report, const struct arrived_fragment *arrived);

/**
 * The copy that report_add() took last was in this fragment, the first: its bytes count already.
 *
 * @return bytes of other fragments, which came before it, that its session has from now on.
 */
uint64_t report_add_first_fragment(struct report *report, const struct arrived_fragment *arrived,
                                   const struct analysis_place *place, const struct copy *copy);

/**
 * Someone else put the packet together, of which this fragment came last.
 *
 * @return bytes of the frames of all its fragments, those of @p arrived included: the next call of
 *         report_add() shall count them.
 */
uint64_t report_take_fragments(struct report *report, const struct arrived_fragment *arrived);

struct fragment_table;

void fragment_table_free(struct fragment_table *table);

#endif
