/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The words of each enumeration of a scenario, by its values; NULL is the end. Scenario files,
 * options, help texts and the truth all use them.
 */
#ifndef GENERATOR_SCENARIO_SCENARIO_WORDS_H
#define GENERATOR_SCENARIO_SCENARIO_WORDS_H

/** Of a bool: the first is false. */
extern const char *const no_yes_words[];

extern const char *const answer_words[];
extern const char *const link_kind_words[];
extern const char *const mirror_type_words[];
extern const char *const id_policy_words[];
extern const char *const sequence_mode_words[];
extern const char *const counter_scope_words[];
extern const char *const corrupt_where_words[];
extern const char *const check_mode_words[];
extern const char *const direction_words[];
extern const char *const mirror_direction_words[];
extern const char *const traffic_kind_words[];
extern const char *const transport_checksum_words[];
extern const char *const inner_id_policy_words[];
extern const char *const tunnel_kind_words[];
extern const char *const translation_words[];
extern const char *const spoof_number_words[];
extern const char *const sample_by_words[];
extern const char *const reorder_mode_words[];
extern const char *const icmp_error_words[];
extern const char *const fragment_lost_words[];
extern const char *const file_format_words[];
extern const char *const time_precision_words[];

#endif
