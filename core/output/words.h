/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The words of all outputs for sequence domains, ERSPAN types and sequence kinds.
 */
#ifndef CORE_OUTPUT_WORDS_H
#define CORE_OUTPUT_WORDS_H

#include <glib.h>

#include "core/copy/session.h"
#include "core/sequence/sequence-domain.h"
#include "core/wire/erspan.h"

/** "source", "session", "hw-id": in JSON and in tables. */
const char *words_domain(enum sequence_domain_kind kind);

/** The same for a person: "one counter for all sessions of the source". */
const char *words_domain_long(enum sequence_domain_kind kind);

/** "index", "hw-id", ...: in JSON. */
const char *words_label_part(enum sequence_label_part part);

/** "3 counters, told apart by index": where a session has more than one.
 *  @param apart  1u << enum sequence_label_part; 0: nothing but the numbers.
 *  @return for the caller to free. */
char *words_counters(unsigned counters, unsigned apart);

/** "I", "II", "III". */
const char *words_type(enum erspan_type type);

/** What a session is: its types, or the name of a mirror that is not ERSPAN, such as "VXLAN".
 *  @return for the caller to free. */
char *words_session_types(const struct session_key *key, uint32_t types, const char *separator);

/** All of several types, with @p separator between: "I+II". @param types  1u << enum erspan_type.
 *  @return for the caller to free. */
char *words_types(uint32_t types, const char *separator);

/** "First", "In order", "After a gap", "Late", ... */
const char *words_sequence(enum sequence_kind kind);

#endif
