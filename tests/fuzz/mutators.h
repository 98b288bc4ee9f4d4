/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Changes that keep what an input is made of. A harness is linked with one of the files
 * mutate-NAME.c, which calls these in turn with libFuzzer's own.
 */
#ifndef TESTS_FUZZ_MUTATORS_H
#define TESTS_FUZZ_MUTATORS_H

#include <stddef.h>
#include <stdint.h>

/** Puts outer headers before the packet. Returns its length, at most @p room. */
size_t stack_mutate(uint8_t *packet, size_t length, size_t room, uint32_t seed);

/** Changes blocks of a pcapng file, or records of a pcap file. Returns its length, at most @p room.
 */
size_t block_mutate(uint8_t *file, size_t length, size_t room, uint32_t seed);

/** libFuzzer's own. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/** What libFuzzer calls instead of it. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

#endif
