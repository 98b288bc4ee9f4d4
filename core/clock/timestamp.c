/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/clock/timestamp.h"

#include "core/base/arrival.h"
#include "core/base/time-units.h"

#define NS_PER_100US (100 * NS_PER_US)

bool timestamp_has_64(const struct erspan_header *header)
{
    return header->has_subheader && subheader_has_upper_time(&header->subheader);
}

bool timestamp_has_seconds(const struct erspan_header *header)
{
    return header->granularity == ERSPAN_GRA_1588 && header->has_subheader &&
           subheader_has_seconds(&header->subheader);
}

uint64_t timestamp_64(const struct erspan_header *header)
{
    return (uint64_t)header->subheader.time << 32 | header->timestamp;
}

static bool within(int64_t a, int64_t b, int64_t limit)
{
    return a > b ? a - b <= limit : b - a <= limit;
}

/* The time nearest to the arrival whose count of 100 us is the timestamp, modulo 2^32. */
static int64_t nearest_100us(uint32_t timestamp, int64_t arrival_ns)
{
    int64_t arrival = arrival_ns / NS_PER_100US;
    int32_t ahead = (int32_t)(timestamp - (uint32_t)arrival);
    return (arrival + ahead) * NS_PER_100US;
}

/* The time nearest to the arrival whose nanoseconds within the second are these. TAI and UTC
 * differ by whole seconds, so the result is the same for both. */
static int64_t nearest_second(uint32_t timestamp, int64_t arrival_ns)
{
    int64_t ahead = timestamp - arrival_ns % NS_PER_SECOND;
    if (ahead > NS_PER_SECOND / 2)
        ahead -= NS_PER_SECOND;
    else if (ahead < -NS_PER_SECOND / 2)
        ahead += NS_PER_SECOND;
    return arrival_ns + ahead;
}

enum timestamp_method timestamp_absolute(const struct erspan_header *header, int64_t arrival_ns,
                                         int64_t *time_ns)
{
    if (header->type != ERSPAN_TYPE_III || arrival_ns < 0 || arrival_ns > ARRIVAL_MAX)
        return TIMESTAMP_RELATIVE;
    switch (header->granularity) {
    case ERSPAN_GRA_1588:
        if (timestamp_has_64(header) || header->timestamp >= NS_PER_SECOND)
            return TIMESTAMP_RELATIVE;
        if (!timestamp_has_seconds(header)) {
            *time_ns = nearest_second(header->timestamp, arrival_ns);
            return TIMESTAMP_1588_NANOSECONDS;
        }
        *time_ns = header->subheader.time * NS_PER_SECOND + header->timestamp;
        return TIMESTAMP_1588;
    case ERSPAN_GRA_CUSTOM:
        if (!timestamp_has_64(header) || timestamp_64(header) > INT64_MAX)
            return TIMESTAMP_RELATIVE;
        *time_ns = (int64_t)timestamp_64(header);
        return within(*time_ns, arrival_ns, SECONDS_PER_DAY * NS_PER_SECOND) ? TIMESTAMP_UNIX_NS
                                                                             : TIMESTAMP_RELATIVE;
    case ERSPAN_GRA_100_US:
        if (timestamp_has_64(header))
            return TIMESTAMP_RELATIVE;
        *time_ns = nearest_100us(header->timestamp, arrival_ns);
        return *time_ns >= 0 && within(*time_ns, arrival_ns, 60 * NS_PER_SECOND)
                   ? TIMESTAMP_UNIX_100US
                   : TIMESTAMP_RELATIVE;
    default:
        return TIMESTAMP_RELATIVE;
    }
}
