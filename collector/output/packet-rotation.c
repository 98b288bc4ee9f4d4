/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "collector/output/packet-rotation.h"

#include <limits.h>
#include <string.h>
#include <time.h>

#include "common/errors.h"
#include "core/base/time-units.h"

static const uint64_t megabyte = 1000000;

bool packet_rotation_parse_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "kmg";
    char *end;
    if (!g_ascii_isdigit(*text))
        return false;
    uint64_t count = g_ascii_strtoull(text, &end, 10);
    uint64_t unit = megabyte;
    if (*end != '\0') {
        const char *found = strchr(units, g_ascii_tolower(*end));
        if (found == NULL || end[1] != '\0')
            return false;
        unit = UINT64_C(1) << 10 * (found - units + 1);
    }
    *bytes = count * unit;
    return count > 0 && count <= INT64_MAX / unit;
}

gboolean packet_rotation_check(const struct packet_rotation *rotation, GError **error)
{
    bool asked = packet_rotation_is_asked(rotation);
    if (rotation->files != 0 && !asked)
        return fail(error, STATUS_USAGE, "-W needs -C or -G");
    if (!asked)
        return TRUE;
    if (rotation->write == NULL || strcmp(rotation->write, "-") == 0)
        return fail(error, STATUS_USAGE, "-C and -G need -w FILE");
    const char *slash = strrchr(rotation->write, '/');
    const char *conversion = strchr(rotation->write, '%');
    if (rotation->seconds != 0 && slash != NULL && conversion != NULL && conversion < slash)
        return fail(error, STATUS_USAGE,
                    "--write=%s: with -G, a conversion may stand in the file's name, not in its "
                    "directory's",
                    excerpt_of(rotation->write).text);
    return TRUE;
}

static enum packet_rotation_step next_period(const struct packet_rotation *rotation,
                                             struct packet_rotation_place *place, int64_t time_ns)
{
    if (rotation->files != 0 && rotation->bytes == 0 && place->periods >= rotation->files)
        return PACKET_ROTATION_OVER;
    *place = (struct packet_rotation_place){.begin_ns = time_ns, .periods = place->periods + 1};
    return PACKET_ROTATION_NEXT;
}

enum packet_rotation_step packet_rotation_step(const struct packet_rotation *rotation,
                                               struct packet_rotation_place *place, uint64_t bytes,
                                               int64_t time_ns)
{
    if (place->periods == 0)
        return next_period(rotation, place, time_ns);
    if (rotation->seconds != 0 && time_ns != 0 &&
        (time_ns - place->begin_ns) / NS_PER_SECOND >= (int64_t)rotation->seconds)
        return next_period(rotation, place, time_ns);
    if (rotation->bytes == 0 || bytes <= rotation->bytes)
        return PACKET_ROTATION_STAY;
    place->count++;
    if (rotation->files != 0 && rotation->seconds == 0)
        place->count %= rotation->files;
    return PACKET_ROTATION_NEXT;
}

/* Digits that the largest number of a ring has. */
static int digits_of(unsigned files)
{
    int digits = 0;
    for (unsigned last = files == 0 ? 0 : files - 1; last > 0; last /= 10)
        digits++;
    return digits;
}

/* In local time, as strftime(3) has it; a name that is too long stays as it was written. */
static void expand(const char *pattern, int64_t time_ns, char name[PATH_MAX])
{
    time_t seconds = (time_t)(time_ns / NS_PER_SECOND);
    struct tm local;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    if (localtime_r(&seconds, &local) == NULL || strftime(name, PATH_MAX, pattern, &local) == 0)
        g_strlcpy(name, pattern, PATH_MAX);
#pragma GCC diagnostic pop
}

size_t packet_rotation_fixed(const struct packet_rotation *rotation)
{
    return rotation->seconds != 0 ? strcspn(rotation->write, "%") : strlen(rotation->write);
}

char *packet_rotation_name(const struct packet_rotation *rotation,
                           const struct packet_rotation_place *place)
{
    char name[PATH_MAX];
    if (rotation->seconds != 0)
        expand(rotation->write, place->begin_ns, name);
    else
        g_strlcpy(name, rotation->write, sizeof name);
    int digits = rotation->bytes != 0 ? digits_of(rotation->files) : 0;
    if (place->count == 0 && digits == 0)
        return g_strdup(name);
    return g_strdup_printf("%s%0*u", name, digits, place->count);
}
