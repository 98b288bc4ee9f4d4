# SPDX-License-Identifier: GPL-2.0-or-later
"""The published commands, word for word: each kernel takes them, and their devices send the copies that they say."""

import pcapfile
import pytest
from draft_decoder import copies
from linux import read
from programs import TREE
from published import COMMANDS, lines

JOB = "published"

FRAME = bytes.fromhex("020000000102 020000000101 88b5") + bytes(range(46))


@pytest.fixture(scope="module")
def result(kernel, run_job, tmp_path_factory):
    one = tmp_path_factory.mktemp("one") / "one.pcap"
    pcapfile.write(one, 1, [pcapfile.Frame(1, len(FRAME), FRAME)])
    return run_job(kernel, JOB, {"commands": lines(), "one.pcap": one.read_bytes()}, processors=1)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_is_taken(result, name):
    said = (result / f"{name}.said").read_text()
    assert (result / f"{name}.status").read_text().strip() == "0", said


def test_their_devices_send_what_they_say(result):
    """One frame from each; metadata mode sends none without a program."""
    wanted = [command.sent for command in COMMANDS.values() if command.sent]
    sent = [copy for copy in copies(read(result / "sent.pcap")) if copy["inner"] == FRAME]
    assert [{field: copy[field] for field in fields} for copy, fields in zip(sent, wanted)] == wanted
    assert len(sent) == len(wanted)


def test_the_documentation_has_each():
    text = (TREE / "docs/linux.md").read_text(encoding="utf-8")
    for command in COMMANDS.values():
        assert f"`{command.text}`" in text
        assert command.source in text
