# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faster start of a module's own process, which runs for a third of a second and spends most of it loading files.

Takes effect only where this file is loaded from the archive that Ansible builds for the process. Garbage collection is
then off until ``collect_garbage_again`` is called.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from zipimport import zipimporter

# The folder module_utils of this collection.
MODULE_UTILS = os.path.dirname(os.path.dirname(__file__))
IN_ARCHIVE = isinstance(__spec__.loader, zipimporter)


class Importer(zipimporter):
    """Loads files from the archive. Python's zipimporter compiles each twice: to get its file name, and to run it."""

    def get_filename(self, fullname: str) -> str:
        if self.is_package(fullname):
            return super().get_filename(fullname)
        return os.path.join(self.archive, f"{self.prefix}{fullname.rpartition('.')[2]}.py")


def collect_garbage_again() -> None:
    """Turn garbage collection on again, because a run may wait for an hour, but exempt everything loaded so far."""
    if IN_ARCHIVE:
        gc.freeze()
        gc.enable()


def importer(folder: str) -> Importer:
    """The path hook for folders of this collection. Raises ImportError for other folders, as path hooks must."""
    if folder.startswith(MODULE_UTILS):
        return Importer(folder)
    raise ImportError(folder)


if IN_ARCHIVE:
    sys.path_hooks.insert(0, importer)
    # Python has already cached its own loaders of these two folders, to find this file.
    for folder in (MODULE_UTILS, os.path.dirname(__file__)):
        sys.path_importer_cache[folder] = Importer(folder)
    gc.disable()
    # Imports within requests are deeply nested, and deep call stacks make Python allocate and free memory repeatedly.
    # Imported from here, the stack is less deep.
    # A broken requests may raise anything; the task reports it.
    with suppress(Exception):
        import_module("requests")
