# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's own process can do without: it is gone after a third of a second, most of which it loads files.

It takes effect where this is loaded from the archive that Ansible makes for such a process, and nowhere else.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from zipimport import zipimporter

IN_ARCHIVE = isinstance(__spec__.loader, zipimporter)


class Importer(zipimporter):
    """Loads the files of a folder in the archive. Python's own compiles each twice: to tell its name, and to run it."""

    def get_filename(self, fullname: str) -> str:
        return os.path.join(self.archive, f"{self.prefix}{fullname.rpartition('.')[2]}.py")


def everything_is_loaded() -> None:
    """Collect garbage again, for a run may wait for an hour, but without looking through what was loaded."""
    if IN_ARCHIVE:
        gc.freeze()
        gc.enable()


if IN_ARCHIVE:
    folder = os.path.dirname(__file__)
    sys.path_importer_cache[folder] = Importer(folder)
    # Nothing that is loaded becomes garbage.
    gc.disable()
    # Its files load each other deeply, and the deeper the calls, the more memory Python takes for them, time and again.
    with suppress(ImportError):
        import_module("requests")
