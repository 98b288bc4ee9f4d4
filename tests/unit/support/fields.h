/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Assertions that two decoded headers agree, field by field, so that a failure names the field.
 */
#ifndef TESTS_UNIT_SUPPORT_FIELDS_H
#define TESTS_UNIT_SUPPORT_FIELDS_H

#include "core/wire/erspan.h"
#include "core/wire/gre.h"
#include "core/wire/marker.h"
#include "core/wire/subheader.h"

void assert_gre_equal(const struct gre_header *actual, const struct gre_header *expected);
void assert_erspan_equal(const struct erspan_header *actual, const struct erspan_header *expected);
void assert_subheader_equal(const struct subheader *actual, const struct subheader *expected);
void assert_marker_equal(const struct marker *actual, const struct marker *expected);

#endif
