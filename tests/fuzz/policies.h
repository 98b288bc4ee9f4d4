/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * How copies are read and analysed, as one byte of an input chooses it: 0 leaves all to the bytes.
 */
#ifndef TESTS_FUZZ_POLICIES_H
#define TESTS_FUZZ_POLICIES_H

#include "core/copy/copy.h"
#include "core/sequence/sequence-domain.h"

struct fuzz_policies {
    struct copy_policy copy;
    enum sequence_domain_policy domain;
};

static inline struct fuzz_policies fuzz_choose_policies(uint8_t choice)
{
    return (struct fuzz_policies){
        .copy = {.header = (enum header_policy)(choice % 3),
                 .subheader = (enum subheader_policy)(choice / 3 % 4),
                 .fcs = (enum fcs_policy)(choice / 12 % 3)},
        .domain = (enum sequence_domain_policy)(choice / 36 % 4),
    };
}

#endif
