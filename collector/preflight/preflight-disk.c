/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/preflight/preflight-checks.h"
#include "collector/preflight/preflight.h"
#include "common/atomic-file.h"
#include "common/preflight/kernel-text.h"
#include "common/preflight/link-table.h"
#include "core/base/printable.h"
#include "core/base/quantity.h"
#include "core/base/time-units.h"

enum { BLOCK = 4 << 20, WRITTEN_MOST = 64 << 20, BITS = 8 };

static const int64_t longest_us = 500000;

/* Bits a second; 0: the driver does not say. */
static uint64_t speed_of_link(const struct check_subject *subject)
{
    const int64_t megabit = 1000000;
    int64_t speed;
    g_autofree char *path = g_strdup_printf("/sys/class/net/%s/speed", subject->own->name);
    return kernel_text_number(subject->root, path, &speed) && speed > 0
               ? (uint64_t)(speed * megabit)
               : 0;
}

/* A pipe, a device or standard output has the speed of its reader. */
static bool is_on_a_disk(const char *path)
{
    struct stat status;
    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

/* Bits a second that reach the disk; 0 with errno set. */
static uint64_t speed_of_disk(int fd)
{
    g_autofree guint32 *block = g_new(guint32, BLOCK / sizeof(guint32));
    uint64_t written = 0;
    for (size_t i = 0; i < BLOCK / sizeof *block; i++)
        block[i] = g_random_int(); /* which no file system makes shorter */
    int64_t begin_us = g_get_monotonic_time();
    int64_t lasted_us = 0;
    while (written < WRITTEN_MOST && lasted_us < longest_us) {
        ssize_t step = write(fd, block, BLOCK);
        if (step <= 0 || fdatasync(fd) != 0)
            break;
        written += (uint64_t)step;
        lasted_us = g_get_monotonic_time() - begin_us;
    }
    return written * BITS * US_PER_SECOND / (uint64_t)MAX(lasted_us, 1);
}

void preflight_checks_disk(const struct check_subject *subject, struct check_report *report)
{
    const struct preflight_plan *plan = subject->plan;
    uint64_t wanted = speed_of_link(subject);
    if (plan->capture == NULL || wanted == 0 || !is_on_a_disk(plan->capture))
        return;
    g_autofree char *directory = atomic_file_directory(plan->capture);
    int fd = directory != NULL ? open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    uint64_t reached = fd >= 0 ? speed_of_disk(fd) : 0;
    int number = errno;
    g_autofree char *shown = printable_text(directory != NULL ? directory : plan->capture, "");
    if (fd >= 0)
        close(fd);
    if (reached == 0)
        check_could_not(report, "writing in %s: %s", shown, g_strerror(number));
    else if (reached < wanted)
        check_found(report, NULL,
                    "the disk of %s takes %s, and the link brings up to %s: beyond the disk's rate "
                    "--write leaves packets out; --snap makes them shorter",
                    shown, quantity_rate(reached).text, quantity_rate(wanted).text);
}
