/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The programs for the kernel, compiled, as bytes of this one.
 */
#ifndef COLLECTOR_BPF_OBJECTS_H
#define COLLECTOR_BPF_OBJECTS_H

#include <stdint.h>

/* The linker makes these names from those of the files. */
extern const uint8_t bpf_object_receive[] __asm__("_binary_receive_bpf_o_start");
extern const uint8_t bpf_object_receive_end[] __asm__("_binary_receive_bpf_o_end");
extern const uint8_t bpf_object_count[] __asm__("_binary_count_bpf_o_start");
extern const uint8_t bpf_object_count_end[] __asm__("_binary_count_bpf_o_end");

#endif
