/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The compiled BPF programs, embedded as bytes.
 */
#ifndef COLLECTOR_SOURCE_BPF_OBJECTS_H
#define COLLECTOR_SOURCE_BPF_OBJECTS_H

#include "core/base/bytes.h"

extern const struct bytes bpf_object_receive;
extern const struct bytes bpf_object_count;

#endif
