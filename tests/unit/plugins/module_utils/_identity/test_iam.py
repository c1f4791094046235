# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The id of a project: how it is looked up, and errors if the project is missing or ambiguous."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import ApiError, InvalidInput
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials

DEFAULTS = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
# method: (authentication header, requests if project_id is set, requests if it is not)
LOOK_UP, LOG_IN = "GET /v3/projects 200", "POST /v3/auth/tokens 201"


def test_the_request_for_the_project_names_no_project(sim, connect, auth_options):
    connect(**auth_options["keys"])
    (request,) = sim.requests
    assert request.query == {"name": [sim.ready["region"]]}
    assert "x-project-id" not in request.headers


def test_a_project_is_found_by_its_name(sim, connect, auth_options, list_queues):
    sim.load_seed({"projects": [{"id": "sub1", "name": f"{sim.ready['region']}_sub"}]})
    client = connect(**auth_options["keys"], project_name=f"{sim.ready['region']}_sub")
    assert client.project_id == "sub1"
    list_queues(client)
    assert sim.requests[-1].headers["x-project-id"] == "sub1"


def test_several_projects_with_one_name_are_listed(sim, connect, auth_options, sent):
    region = sim.ready["region"]
    sim.load_seed({"projects": [{"id": "other", "name": region}]})
    with pytest.raises(InvalidInput) as caught:
        connect(**auth_options["keys"])
    assert caught.value.problems == [
        f"project_id is required, because 2 projects are named {region}: {sim.ready['project_id']}, other"
    ]
    assert sent() == [LOOK_UP]


@pytest.mark.parametrize("method", ["keys", "token"])
def test_if_no_project_has_the_name_all_projects_are_listed(sim, connect, auth_options, method):
    with pytest.raises(InvalidInput) as caught:
        connect(**auth_options[method], project_name="nowhere")
    assert caught.value.problems == [
        "project_name must be the name of an existing project, got 'nowhere' "
        f"(projects of these credentials: {sim.ready['region']} ({sim.ready['project_id']}))"
    ]


def test_credentials_without_any_project_are_reported(server, step):
    server.play(step({"projects": []}))
    with pytest.raises(InvalidInput, match=r"because no project is named r-1 \(projects of these credentials: none\)"):
        credentials.connect(
            {**DEFAULTS, "auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
        )


@pytest.mark.parametrize(
    "body",
    [
        {"hello": "world"},
        *({"projects": projects} for projects in ("r-1", {"r-1": "p"}, [1], [None])),
        *({"projects": [{"name": "r-1", **fields}]} for fields in ({}, {"id": None}, {"id": 7}, {"id": "p\nX: 1"})),
    ],
)
def test_an_unexpected_body_does_not_count_as_an_empty_list_of_projects(server, step, body):
    server.play(step(body))
    options = {"auth_token": "t", "region": "r-1", "endpoint": server.url, "iam_endpoint": server.url}
    with pytest.raises(
        ApiError, match=r"^Could not look up the id of project r-1: the response .* has none of the expected fields"
    ):
        credentials.connect({**DEFAULTS, **options})
