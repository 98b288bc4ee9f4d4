# SPDX-License-Identifier: GPL-2.0-or-later
"""Live tests need network namespaces, and so root; they say so where they cannot run."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_collection_modifyitems(items):
    if os.geteuid() == 0:
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="network namespaces need root"))
