/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * A stack of MPLS labels (RFC 3032): each is label 20 · traffic class 3 · bottom of stack 1 ·
 * TTL 8.
 */
#ifndef CORE_WIRE_MPLS_H
#define CORE_WIRE_MPLS_H

#include "core/base/bytes.h"
#include "core/wire/protocol.h"

/** The offset behind the bottom label of the stack at @p at; 0 if the bottom was not captured, or
 * is not among the first MPLS_LABELS_MAX labels. */
static inline size_t mpls_stack_end(struct bytes bytes, size_t at)
{
    for (unsigned labels = 0; labels < MPLS_LABELS_MAX && bytes_has(bytes, at, MPLS_LABEL_LENGTH);
         labels++) {
        at += MPLS_LABEL_LENGTH;
        if (bytes_u8(bytes, at - 2) & 1)
            return at;
    }
    return 0;
}

#endif
