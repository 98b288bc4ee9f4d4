/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * ICMP errors that answer a copy and quote it: RFC 792, RFC 1191, RFC 4443 (quirk Q23, quoted
 * copy).
 */
#ifndef GENERATOR_ENCAPSULATE_ICMP_ERROR_H
#define GENERATOR_ENCAPSULATE_ICMP_ERROR_H

#include "generator/encapsulate/outer-template.h"

/** The packet around the error, from the collector to the source of the plan. */
struct outer_template icmp_error_template(const struct outer_plan *plan);

struct icmp_answer {
    enum icmp_error error;
    uint32_t quote; /* most bytes of the packet, IP header included */
    uint16_t mtu;   /* that ICMP_ERROR_MTU states */
};

/** Appends the error that quotes @p packet, which starts at its IP header. */
void icmp_error_put(const struct outer_template *template, const struct icmp_answer *answer,
                    struct bytes packet, struct buffer *out);

#endif
