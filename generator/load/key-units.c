/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generator/load/key-units.h"

#include <stddef.h>

#include "core/base/time-units.h"
#include "generator/base/random.h"

const struct key_unit duration_units[] = {
    {"ns", 1}, {"us", NS_PER_US}, {"ms", NS_PER_MS}, {"s", NS_PER_SECOND}, {NULL, 0}};

const struct key_unit tick_units[] = {{"ps", 1},         {"ns", PS_PER_NS},    {"us", PS_PER_US},
                                      {"ms", PS_PER_MS}, {"s", PS_PER_SECOND}, {NULL, 0}};

const struct key_unit drift_units[] = {{"ppm", 1000}, {"ppb", 1}, {NULL, 0}};

const struct key_unit size_units[] = {{"kB", 1000},     {"KiB", 1 << 10},   {"MB", 1000000},
                                      {"MiB", 1 << 20}, {"GB", 1000000000}, {"GiB", 1 << 30},
                                      {NULL, 0}};

const struct key_unit bit_rate_units[] = {
    {"bit", 1},           {"kbit", 1000},          {"Mbit", 1000000},
    {"Gbit", 1000000000}, {"Tbit", 1000000000000}, {NULL, 0}};

const struct key_unit frame_rate_units[] = {
    {"pps", 1}, {"kpps", 1000}, {"Mpps", 1000000}, {NULL, 0}};

const struct key_unit percentage_units[] = {{"%", PROBABILITY_ONE / 100}, {NULL, 0}};
