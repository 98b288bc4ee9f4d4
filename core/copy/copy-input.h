/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * From the outer headers of a packet, as core/wire/outer.h walked them, to the copy behind them.
 */
#ifndef CORE_COPY_COPY_INPUT_H
#define CORE_COPY_COPY_INPUT_H

#include "core/copy/copy.h"
#include "core/wire/outer.h"

/** The offset of the copy in the packet: of ERSPAN's header, or of another mirror's frame. */
static inline size_t copy_input_offset(const struct outer *outer,
                                       const struct mirror_header *mirror)
{
    return outer->payload_offset + (mirror != NULL ? mirror->offset : 0);
}

/**
 * @param mirror  NULL for ERSPAN; must stay where it is as long as the result is used
 * @param length  bytes of the packet on the wire
 */
struct copy_input copy_input_of(const struct outer *outer, const struct mirror_header *mirror,
                                size_t length);

#endif
