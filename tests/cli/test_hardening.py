# SPDX-License-Identifier: GPL-2.0-or-later
"""The hardening that Debian builds its packages with, read off the binaries of this build."""

import subprocess

import pytest
from programs import BUILD

BINARIES = ("collector/erspanrate", "generator/erspangen", "plugin/erspan.so")


def readelf(option, binary):
    return subprocess.run(
        ["readelf", "--wide", option, BUILD / binary], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture(params=BINARIES)
def binary(request):
    return request.param


def test_it_is_loaded_at_a_random_address(binary):
    assert "Type:                              DYN" in readelf("--file-header", binary)


def test_no_segment_can_be_written_and_run(binary):
    segments = [line for line in readelf("--segments", binary).splitlines() if " 0x" in line]
    assert any("GNU_STACK" in line for line in segments)
    assert not [line for line in segments if "RWE" in line]


def test_all_addresses_are_bound_at_once_and_then_read_only(binary):
    assert "GNU_RELRO" in readelf("--segments", binary)
    assert "NOW" in readelf("--dynamic", binary)


def test_functions_watch_their_stack(binary):
    assert "__stack_chk_fail" in readelf("--dyn-syms", binary)


def test_the_c_library_checks_lengths(binary):
    symbols = readelf("--dyn-syms", binary)
    if "__asan_init" in symbols:
        pytest.skip("AddressSanitizer checks them instead")
    assert "_chk@" in symbols.replace("__stack_chk_fail@", "")
