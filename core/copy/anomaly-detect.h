/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Which anomalies a copy has, from what was read of it.
 */
#ifndef CORE_COPY_ANOMALY_DETECT_H
#define CORE_COPY_ANOMALY_DETECT_H

#include "core/copy/copy.h"

/** Once the header is read, whole or not: a set of enum anomaly. */
uint32_t copy_header_anomalies(const struct copy_input *input, const struct copy *copy);

/** Once the mirrored frame is measured. */
uint32_t copy_inner_anomalies(const struct copy_input *input, const struct copy *copy);

#endif
