# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The import of an action plugin fails in no environment: an exception there would end the run of Ansible."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

IMPORT = "import ansible_collections.huaweicloud.dli.plugins.action.dli_queue"
BROKEN_REQUESTS = {
    "raises": "raise RuntimeError('broken')",
    "lacks a name": "from requests_of_the_future import nothing",
    "is empty": "",
    "has no syntax": "def",
}


@pytest.fixture
def import_plugin(tmp_path):
    """import_plugin(code before, **environment) imports an action plugin in a process of its own."""

    def import_plugin(before="", **environment):
        path = os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)])
        return subprocess.run(
            [sys.executable, "-c", f"{before}\n{IMPORT}"],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": path, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return import_plugin


def hostile(tmp_path):
    """Environments by what is wrong in them."""
    text = tmp_path / "text.pem"
    text.write_text("no certificate")
    unreadable = tmp_path / "unreadable.pem"
    unreadable.touch(mode=0o000)
    binary = tmp_path / "binary.pem"
    binary.write_bytes(bytes(range(256)))
    missing = tmp_path / "missing.pem"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    bundles = {
        f"{variable}={path.name}": {variable: str(path)}
        for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
        for path in (text, unreadable, binary, missing, tmp_path, pipe)
    }
    proxies = {f"proxy {url}": {"HTTPS_PROXY": url, "http_proxy": url} for url in ("://", "socks5h://x:1", "\udcff")}
    others = {"no home": {"HOME": "/nonexistent"}, "key log": {"SSLKEYLOGFILE": str(missing / "keys")}}
    return {**bundles, **proxies, **others}


def test_every_hostile_environment_is_survived(import_plugin, tmp_path):
    code = "\n".join(
        [
            "import importlib, os, sys",
            f"importlib.import_module({IMPORT.partition(' ')[2]!r})",
            "from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _in_process",
            f"for environment in {list(hostile(tmp_path).values())!r}:",
            "    before = dict(os.environ)",
            "    os.environ.update(environment)",
            "    importlib.reload(_in_process)",
            "    os.environ.clear(); os.environ.update(before)",
        ]
    )
    done = import_plugin(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("broken", BROKEN_REQUESTS)
def test_a_broken_requests_is_survived(import_plugin, tmp_path, broken):
    package = tmp_path / "site" / "requests"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(BROKEN_REQUESTS[broken])
    done = import_plugin()
    assert done.returncode == 0, done.stderr


def test_a_directory_that_is_gone_is_survived(import_plugin):
    # Ansible itself has been imported before.
    before = "import ansible.plugins.action.normal, os, tempfile\nd = tempfile.mkdtemp()\nos.chdir(d)\nos.rmdir(d)"
    done = import_plugin(before)
    assert done.returncode == 0, done.stderr
