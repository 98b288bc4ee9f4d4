/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What every report must be, whatever came: each ends the run, as REQUIRE() does, when it is not.
 */
#ifndef TESTS_FUZZ_ORACLES_H
#define TESTS_FUZZ_ORACLES_H

#include "core/base/bytes.h"

/** Each line is one JSON object (RFC 8259) in UTF-8. */
void oracle_json_lines(struct bytes text);

/** Well-formed XML, without a control character but the end of a line. */
void oracle_svg(struct bytes text);

/** UTF-8 without a control character but the end of a line: nothing moves a terminal's cursor. */
void oracle_text(struct bytes text);

#endif
