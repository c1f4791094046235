# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module's own process can do without: it lives for a third of a second, and spends most of that loading files.

It takes effect where this is loaded from the archive that Ansible makes for such a process, and nowhere else. Then no
garbage is collected until ``collect_garbage_again`` is called.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from zipimport import zipimporter

# The folder module_utils of this collection.
OURS = os.path.dirname(os.path.dirname(__file__))
IN_ARCHIVE = isinstance(__spec__.loader, zipimporter)


class Importer(zipimporter):
    """Loads the files of a folder in the archive. Python's own compiles each twice: to tell its name, and to run it."""

    def get_filename(self, fullname: str) -> str:
        if self.is_package(fullname):
            return super().get_filename(fullname)
        return os.path.join(self.archive, f"{self.prefix}{fullname.rpartition('.')[2]}.py")


def collect_garbage_again() -> None:
    """Because a run may wait for an hour. Nothing that was loaded is garbage, so it is left out, at the end as well."""
    if IN_ARCHIVE:
        gc.freeze()
        gc.enable()


def importer(folder: str) -> Importer:
    """The loader of a folder of ours. Raises ImportError for any other, as Python asks of what it finds loaders by."""
    if folder.startswith(OURS):
        return Importer(folder)
    raise ImportError(folder)


if IN_ARCHIVE:
    sys.path_hooks.insert(0, importer)
    # These two have been looked into already, to find this file.
    for folder in (OURS, os.path.dirname(__file__)):
        sys.path_importer_cache[folder] = Importer(folder)
    gc.disable()
    # The files of requests load each other deeply, and the deeper calls go, the more often Python takes memory for them
    # and gives it back. From here they go less deep.
    with suppress(ImportError):
        import_module("requests")
