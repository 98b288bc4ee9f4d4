/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strip-run OBJECT: gives frames from standard input to the XDP program `strip` of a BPF object, by
 * BPF_PROG_TEST_RUN, and writes what came of each to standard output: the action and the frame. A
 * frame is its length in 32 bits, and its bytes; an action has 32 bits. Nothing goes onto a wire.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdint.h>
#include <stdio.h>

enum { FRAME_MAX = 1 << 17, LOOPBACK = 1 };

static uint8_t frame[FRAME_MAX];
static uint8_t result[FRAME_MAX];

static int run(int program, uint32_t length)
{
    LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = length,
                .data_out = result, .data_size_out = sizeof result, .repeat = 1);
    if (bpf_prog_test_run_opts(program, &options) != 0)
        return 1;
    const uint32_t said[] = {options.retval, options.data_size_out};
    return fwrite(said, sizeof said, 1, stdout) != 1 ||
           fwrite(result, 1, options.data_size_out, stdout) != options.data_size_out;
}

int main(int argc, char **argv)
{
    struct bpf_object *object = argc == 2 ? bpf_object__open_file(argv[1], NULL) : NULL;
    if (object == NULL || bpf_object__load(object) != 0)
        return 1;
    const uint32_t first = 0;
    const uint32_t target = LOOPBACK; /* any that is there */
    int program = bpf_program__fd(bpf_object__find_program_by_name(object, "strip"));
    if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "target"), &first, &target,
                            0) != 0)
        return 1;
    uint32_t length;
    while (fread(&length, sizeof length, 1, stdin) == 1)
        if (length > sizeof frame || fread(frame, 1, length, stdin) != length ||
            run(program, length) != 0)
            return 1;
    return 0;
}
