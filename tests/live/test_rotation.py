# SPDX-License-Identifier: GPL-2.0-or-later
"""One file after another, made by the user that the run became, in a run that is confined."""

import os
import tempfile
from pathlib import Path

import pcapfile
from receiver import DEFAULT_USER, each


@each()
def test_a_ring_of_files(receiver, capture, backend):
    """The newest is whole, as the others are; they are that user's alone."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o777)
        running = receiver("-b", backend, "-q", "-w", f"{directory}/o", "-C", "100k", "-W", "5")
        running.send(capture, 0, 3000)
        total = running.finish()[-1]
        files = sorted(Path(directory).iterdir())
        assert [path.name for path in files] == [f"o{number}" for number in range(5)]
        assert {path.stat().st_uid for path in files} == {DEFAULT_USER.pw_uid}
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        frames = [len(list(pcapfile.read(path))) for path in files]
        one = 100 * 1024 // (16 + len(next(iter(pcapfile.read(capture))).captured)) + 1
        assert sum(count >= one for count in frames) == 4  # with others than copies, which are smaller, more
        assert total["written"]["unwritten"] == 0 and total["written"]["packets"] >= 3000
