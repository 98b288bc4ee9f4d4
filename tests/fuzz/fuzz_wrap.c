/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wraps a capture. Input: a byte that chooses the session, then the capture file, which libwiretap
 * reads from a file that is in memory.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "generator/load/scenario-file.h"
#include "generator/simulation/simulated-session.h"
#include "generator/simulation/wrap.h"
#include "tests/fuzz/fuzz.h"

static const char *const sessions[] = {
    "[session 1]\ntype = 1\n",
    "[session 2]\ntype = 2\ngre-key = 5\n",
    "[session 3]\ntype = 3\nplatform = 5\ngra = 2\n",
    "[session 4]\ntype = 3\ngre-checksum = good\nfcs = good\n",
    "[session 5]\nsource = 2001:db8::1\ndestination = 2001:db8::2\nudp-port = 5000\n",
    "[session 6]\ntype = 3\ncut = 100\nnesting = 3\n",
    "[session 7]\ndf = no\nfragment = 64\nicmp-error = mtu\n",
    "[session 8]\nsnap-outer = 90\nappend-hex = 0102\nprefix-hex = 030405\n",
};
enum { SESSIONS = sizeof sessions / sizeof sessions[0] };

static gboolean put(void *context, const struct frame *frame, GError **error)
{
    (void)context;
    (void)error;
    REQUIRE(frame->bytes.len <= FRAME_MAX_LENGTH);
    REQUIRE(frame->uncaptured <= FRAME_MAX_LENGTH);
    REQUIRE(frame->time_ns >= 0);
    read_all(frame->bytes);
    return TRUE;
}

static struct scenario *scenario_of(uint8_t choice)
{
    static struct scenario *parsed[SESSIONS];
    struct scenario **scenario = &parsed[choice % SESSIONS];
    if (*scenario == NULL)
        *scenario = scenario_parse(sessions[choice % SESSIONS], "fuzz", NULL, 0, NULL);
    REQUIRE(*scenario != NULL);
    return *scenario;
}

static void wrap_file(const char *path, uint8_t choice)
{
    static const struct frame_sink sink = {.put = put};
    GError *error = NULL;
    struct capture_reader *reader = capture_reader_open(path, &error);
    REQUIRE((reader == NULL) == (error != NULL));
    if (reader != NULL) {
        const struct wrapping wrapping = {
            .scenario = scenario_of(choice),
            .keep_fcs = choice & 0x80,
        };
        gboolean good = wrap(reader, &wrapping, &sink, &error);
        REQUIRE(good == (error == NULL));
        capture_reader_close(reader);
    }
    g_clear_error(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[40];
    if (size == 0)
        return 0;
    int fd = memfd_create("capture", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    wrap_file(path, data[0]);
    close(fd);
    return 0;
}
