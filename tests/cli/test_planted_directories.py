# SPDX-License-Identifier: GPL-2.0-or-later
"""No script trusts what another user made in /tmp or /var/tmp, where it keeps what it fetched or built."""

import os
import subprocess
from pathlib import Path

import pytest
from time_limit import TIME_LIMIT

TREE = Path(__file__).resolve().parents[2]
NOBODY = 65534
SCRIPTS = {
    "tests/live/fetch-openvswitch": "erspan-openvswitch",
    "tests/compat/debian-chroot sid": "erspan-compat",
    "scripts/fetch-kernel bookworm": "erspan-kernel",
    "scripts/check-wireshark": "erspan-compat",
    "scripts/coverage": "lines",
}


def planted_by_another(place):
    place.mkdir()
    os.chown(place, NOBODY, NOBODY)


def planted_link(place):
    target = place.with_name("elsewhere")
    target.mkdir()
    place.symlink_to(target)


def open_to_all(place):
    place.mkdir()
    place.chmod(0o777)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("plant", [planted_by_another, planted_link, open_to_all])
def test_what_is_planted_is_not_trusted(tmp_path, script, plant):
    if plant is planted_by_another and os.geteuid() != 0:
        pytest.skip("only root can make a directory of another user")
    if not (TREE / script.split()[0]).exists():
        pytest.skip("this tree has no such script")
    place = tmp_path / SCRIPTS[script]
    plant(place)
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "ERSPAN_COVERAGE_DIR": str(tmp_path / "lines")}
    done = subprocess.run([TREE / script.split()[0], *script.split()[1:]], env=environment,
                          capture_output=True, text=True, timeout=TIME_LIMIT)  # fmt: skip
    assert done.returncode == 1
    assert f"{place}" in done.stderr and "it is not trusted" in done.stderr
    assert list(place.iterdir()) == []
