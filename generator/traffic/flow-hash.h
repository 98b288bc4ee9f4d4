/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The conversation to which a frame belongs, as a number: what a switch distributes over line cards
 * and paths.
 */
#ifndef GENERATOR_TRAFFIC_FLOW_HASH_H
#define GENERATOR_TRAFFIC_FLOW_HASH_H

#include "core/base/bytes.h"

/** A hash of the addresses and, where TCP or UDP has them, ports: the same in both directions and
 * on every machine. Of an Ethernet frame without IP, that of its MAC addresses. */
uint64_t flow_hash(struct bytes frame);

#endif
