# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of ansible-playbook with maximum verbosity prints no secret, whether its tasks fail or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ansible_collections.huaweicloud.dli.plugins import module_utils

# The folder that contains ansible_collections.
COLLECTIONS = Path(next(iter(module_utils.__path__))).parents[4]

OTHER_PROJECT = "7" * 32
ID_TOKEN = "eyJ.the.id-token"

PLAYBOOK = [
    {
        "hosts": "localhost",
        "gather_facts": False,
        "ignore_errors": True,
        "tasks": [
            {
                "name": "Access key from the environment",
                "huaweicloud.dli.dli_queue": {"name": "q1", "cu_count": 16, "wait": False},
            },
            {
                "name": "Wrong access key, which the gateway repeats in its response",
                "huaweicloud.dli.dli_queue": {
                    "name": "q1",
                    "access_key": "{{ ak }}",
                    "secret_key": "{{ sk }}",
                    "security_token": "{{ st }}",
                },
            },
            {
                "name": "Password, and the token of the login",
                "huaweicloud.dli.dli_queue": {
                    "name": "q2",
                    "cu_count": 16,
                    "wait": False,
                    # An empty string counts as unset, but overrides the environment.
                    "access_key": "",
                    "secret_key": "",
                    "username": "{{ username }}",
                    "password": "{{ password }}",
                    "domain_name": "{{ domain_name }}",
                },
            },
            {
                "name": "Wrong password",
                "huaweicloud.dli.dli_enhanced_connection": {
                    "name": "c1",
                    "state": "absent",
                    "access_key": "",
                    "secret_key": "",
                    "user_id": "unknown",
                    "password": "{{ wrong_password }}",
                },
            },
            {
                "name": "ID token from a file, an agency, and its temporary keys",
                "huaweicloud.dli.dli_queue": {
                    "name": "q3",
                    "cu_count": 16,
                    "wait": False,
                    "access_key": "",
                    "secret_key": "",
                    "idp_id": "pipelines",
                    "id_token_file": "id_token",
                    "domain_name": "{{ domain_name }}",
                    "agency_name": "operators",
                    "agency_domain_name": "customer",
                },
            },
            {
                "name": "Wrong ID token",
                "huaweicloud.dli.dli_queue": {
                    "name": "q3",
                    "access_key": "",
                    "secret_key": "",
                    "idp_id": "pipelines",
                    "id_token": "{{ wrong_id_token }}",
                },
            },
        ],
    }
]


def run_playbook(ready, folder):
    """Run playbook.yml in the folder, with the variables in secrets.yml and maximum verbosity."""
    return subprocess.run(
        [sys.executable, "-m", "ansible.cli.playbook", "-vvvv", "--diff", "-e", "@secrets.yml", "playbook.yml"],
        cwd=folder,
        env={
            **os.environ,
            # Since ansible-core 2.21 a module's options are printed only on request.
            "ANSIBLE_INJECT_INVOCATION": "true",
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
            "HW_ACCESS_KEY": ready["access_key"],
            "HW_SECRET_KEY": ready["secret_key"],
            "HW_REGION_NAME": ready["region"],
            "HW_DLI_ENDPOINT": ready["dli_endpoint"],
            "HW_AUTH_URL": ready["iam_endpoint"],
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


WRONG = {
    "ak": "WRONGACCESSKEY",
    "sk": "wrong-secret-key",
    "st": "wrong-security-token",
    "wrong_password": "not-the-password",
    "wrong_id_token": "eyJ.not-the.id-token",
}


def test_a_verbose_run_prints_no_secret(sim, tmp_path):
    ready = sim.ready
    sim.load_seed(
        {
            "projects": [{"id": OTHER_PROJECT, "name": ready["region"], "domain_id": "d7"}],
            "agencies": [{"agency_name": "operators", "domain_name": "customer", "domain_id": "d7"}],
            "identity_providers": [{"idp_id": "pipelines", "id_tokens": {ID_TOKEN: 600}}],
        }
    )
    (tmp_path / "id_token").write_text(ID_TOKEN)
    login = {name: ready[name] for name in ("username", "password", "domain_name")}
    (tmp_path / "playbook.yml").write_text(json.dumps(PLAYBOOK))
    (tmp_path / "secrets.yml").write_text(json.dumps({**WRONG, **login}))
    ran = run_playbook(ready, tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert {"q1", "q2"} <= sim.queues.keys(), ran.stdout
    assert "q3" in sim.state.projects[OTHER_PROJECT].queues, ran.stdout
    logins = [request.status for request in sim.requests if request.path.endswith("tokens")]
    assert logins == [201, 401, 201, 201, 401], ran.stdout
    assert "ok=6    changed=3" in ran.stdout, ran.stdout
    assert "ignored=3" in ran.stdout, ran.stdout
    # The secrets were used, so they could have leaked.
    assert "ak not exist" in ran.stdout, ran.stdout
    assert '"secret_key": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"' in ran.stdout, ran.stdout

    secrets = [ready["access_key"], ready["secret_key"], ready["password"], *WRONG.values(), *sim.authenticator.tokens]
    secrets += [
        ID_TOKEN,
        *(
            text
            for ak, key in sim.authenticator.temporary_keys.items()
            for text in (ak, key.secret_key, key.security_token)
        ),
    ]
    assert len(secrets) == 14
    assert [secret for secret in secrets if secret in ran.stdout] == []
