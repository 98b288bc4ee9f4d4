/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/copy/copy-input.h"

struct copy_input copy_input_of(const struct outer *outer, const struct mirror_header *mirror,
                                size_t length)
{
    size_t offset = copy_input_offset(outer, mirror);
    size_t inside = offset - outer->payload_offset;
    size_t on_wire = length - offset;
    size_t claimed = outer->payload_claimed - inside;
    size_t before = offset - outer->ip_offset;
    bool stated = outer->ip_version != 0 && outer->ip_length > before;
    return (struct copy_input){
        .payload = bytes_from(outer->payload, inside),
        .carried = claimed < on_wire && outer->ip_length != 0 ? claimed : on_wire,
        .claimed = stated ? outer->ip_length - before : 0,
        .has_gre = outer->has_gre,
        .has_sequence = (mirror != NULL && mirror->has_sequence) ||
                        (outer->has_gre && (outer->gre.flags & GRE_BIT_SEQUENCE) != 0),
        .gre = outer->gre,
        .mirror = mirror,
        .source = outer->source,
        .destination = outer->destination,
        .fragment = outer->more_fragments,
    };
}
