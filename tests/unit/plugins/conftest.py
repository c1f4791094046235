# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All authentication methods, and an agency of a second account."""

from __future__ import annotations

import pytest

OTHER_PROJECT = "7" * 32
ID_TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjaSJ9.c2ln"


@pytest.fixture
def next_id_token():
    """An ID token that is valid after the first one has expired."""
    return "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjaSJ9.bmV4dA"


@pytest.fixture
def accounts(sim, next_id_token):
    """The simulator with an agency of another account, whose one project has a queue, and with an identity provider."""
    sim.load_seed(
        {
            "projects": [{"id": OTHER_PROJECT, "name": sim.ready["region"], "domain_id": "d7"}],
            "agencies": [
                {
                    "agency_name": "operators",
                    "domain_name": "customer",
                    "domain_id": "d7",
                    "max_duration_seconds": 43200,
                },
                {"agency_name": "strangers", "domain_name": "customer", "domain_id": "d7", "trusts": False},
            ],
            "identity_providers": [{"idp_id": "pipelines", "id_tokens": {ID_TOKEN: 600, next_id_token: 999999}}],
        }
    )
    return sim


@pytest.fixture
def id_token_file(tmp_path):
    path = tmp_path / "id_token"
    path.write_text(f"{ID_TOKEN}\n")
    return path


@pytest.fixture
def auth_options(accounts, id_token_file):
    """The options of each authentication method."""
    ready = accounts.ready
    account = {"domain_name": ready["domain_name"]}
    return {
        "keys": {name: ready[name] for name in ("access_key", "secret_key")},
        "temporary": {**{name: ready[name] for name in ("access_key", "secret_key")}, "security_token": "st"},
        "token": {"auth_token": accounts.authenticator.issue_token(None)[0]},
        "project token": {"auth_token": accounts.authenticator.issue_token(ready["project_id"])[0]},
        "password": {"username": ready["username"], "password": ready["password"], **account},
        "user id": {"user_id": accounts.state.identity.user_id, "password": ready["password"], **account},
        "id token": {"idp_id": "pipelines", "id_token": ID_TOKEN, **account},
        "file": {"idp_id": "pipelines", "id_token_file": str(id_token_file), **account},
    }
