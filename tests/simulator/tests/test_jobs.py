# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of jobs: running scalings and restarts, and jobs that keep a queue busy."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkdli.v1 import model
from simulator_clients import RawClient, error_of

from dli_simulator import Simulator

JOBS = "/v1.0/{p}/jobs"


@pytest.fixture(autouse=True)
def _seeded(request: pytest.FixtureRequest) -> None:
    name = "sim_without_auth" if "sim_without_auth" in request.fixturenames else "sim"
    queues = [{"queue_name": "q1", "cu_count": 64}, {"queue_name": "q2", "cu_count": 128}]
    request.getfixturevalue(name).load_seed({"queues": queues})


def run_action(sdk: Any, name: str, action: str, **fields: Any) -> Any:
    body = model.RunQueueActionRequestBody(action=action, **fields)
    return sdk.run_queue_action(model.RunQueueActionRequest(queue_name=name, body=body))


def jobs(sdk: Any, **query: Any) -> list[Any]:
    return list(sdk.list_sql_jobs(model.ListSqlJobsRequest(**query)).jobs)


def statuses(sdk: Any, **query: Any) -> list[tuple[str, str, str]]:
    return [(job.queue_name, job.job_type, job.status) for job in jobs(sdk, **query)]


def delete_queue(sdk: Any, name: str) -> Any:
    return sdk.delete_queue(model.DeleteQueueRequest(queue_name=name))


def change_cidr(sdk: Any, name: str) -> Any:
    body = model.UpdateQueueCidrRequestBody(cidr_in_vpc="10.1.0.0/16")
    return sdk.update_queue_cidr(model.UpdateQueueCidrRequest(queue_name=name, body=body))


def test_a_scaling_is_a_job(sim: Simulator, sdk: Any) -> None:
    assert jobs(sdk) == []
    run_action(sdk, "q1", "scale_out", cu_count=16)
    assert statuses(sdk, queue_name="Q1", job_type="SCALE_QUEUE") == [("q1", "SCALE_QUEUE", "SCALING")]
    assert statuses(sdk, queue_name="q2", job_type="SCALE_QUEUE") == []
    sim.clock.advance(600)
    [job] = jobs(sdk, queue_name="q1")
    assert (job.status, job.duration, job.end_time - job.start_time) == ("FINISHED", 600000, 600000)


def test_a_scaling_can_stop_short(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(scaling_stops_at={"Q1": 80})
    run_action(sdk, "q1", "scale_out", cu_count=64)
    sim.clock.advance(600)
    assert sim.queues["q1"].cu_count == 80
    assert statuses(sdk) == [("q1", "SCALE_QUEUE", "FINISHED")]
    sim.set_knobs(scaling_stops_at={})
    run_action(sdk, "q1", "scale_out", cu_count=16)
    sim.clock.advance(600)
    assert sim.queues["q1"].cu_count == 96


def test_a_second_scaling_is_refused_or_adds_its_difference(sim: Simulator, sdk: Any) -> None:
    run_action(sdk, "q1", "scale_out", cu_count=16)
    assert error_of(run_action, sdk, "q1", "scale_out", cu_count=16)[:2] == (400, "DLI.0012")
    sim.set_knobs(second_scaling_accepted=True)
    sim.clock.advance(60)
    run_action(sdk, "q1", "scale_out", cu_count=16)
    assert len(jobs(sdk, job_status="SCALING")) == 2
    sim.clock.advance(540)
    assert sim.queues["q1"].cu_count == 80
    sim.clock.advance(60)
    assert (sim.queues["q1"].cu_count, sim.queues["q1"].scaling_to) == (96, None)


@pytest.mark.parametrize("force", [False, True])
def test_a_restart_is_a_job(sim: Simulator, sdk: Any, force: bool) -> None:
    answer = run_action(sdk, "q1", "restart", force=force)
    [job] = jobs(sdk, job_type="RESTART_QUEUE")
    assert (job.queue_name, job.status) == ("q1", "RUNNING")
    if force:
        assert answer.job_id == job.job_id
        assert answer.message.startswith("Submit restart job success")
    else:
        assert (answer.job_id, answer.message) == (None, "Restart success")
    # The restart itself does not keep the queue busy.
    sim.clock.advance(60)
    assert statuses(sdk) == [("q1", "RESTART_QUEUE", "FINISHED")]


def test_a_running_job_blocks_deletion_cidr_change_and_scaling_in(sim: Simulator, sdk: Any) -> None:
    job = {"job_id": "j1", "queue_name": "Q2", "statement": "SELECT 1", "age": 60}
    sim.load_seed({"jobs": [job]})
    assert statuses(sdk) == [("q2", "QUERY", "RUNNING")]
    for call in (
        lambda: delete_queue(sdk, "q2"),
        lambda: change_cidr(sdk, "q2"),
        lambda: run_action(sdk, "q2", "scale_in", cu_count=16),
    ):
        assert error_of(call)[:2] == (400, "DLI.0012")
    run_action(sdk, "q2", "scale_out", cu_count=16)
    sim.clock.advance(600)
    sim.load_seed({"jobs": [{**job, "status": "FINISHED"}]})
    run_action(sdk, "q2", "scale_in", cu_count=16)
    sim.clock.advance(600)
    change_cidr(sdk, "q2")
    delete_queue(sdk, "q2")


def test_busy_queues_have_a_job(sim: Simulator, sdk: Any) -> None:
    sim.set_knobs(busy_queues=["Q1"])
    assert statuses(sdk, queue_name="q1") == [("q1", "QUERY", "RUNNING")]


def test_pages_and_order(sim: Simulator, sdk: Any) -> None:
    durations = (10, 30, 20)
    sim.load_seed(
        {
            "jobs": [
                {"job_id": f"j{number}", "queue_name": "q1", "age": 100 - number, "status": "FINISHED"}
                for number in range(3)
            ]
        }
    )
    for number, seconds in enumerate(durations):
        job = sim.state.main.jobs[f"j{number}"]
        job.end_time = job.start_time + seconds * 1000

    def ids(**query: Any) -> list[str]:
        return [job.job_id for job in jobs(sdk, **query)]

    assert ids() == ["j2", "j1", "j0"]
    assert ids(order="start_time_asc") == ["j0", "j1", "j2"]
    assert ids(order="duration_desc") == ["j1", "j2", "j0"]
    assert ids(order="duration_asc") == ["j0", "j2", "j1"]
    assert ids(page_size=2) == ["j2", "j1"]
    assert ids(page_size=2, current_page=2) == ["j0"]
    assert sdk.list_sql_jobs(model.ListSqlJobsRequest(page_size=1)).job_count == 3
    start = sim.state.main.jobs["j1"].start_time
    assert ids(start=start) == ["j2", "j1"]
    assert ids(end=start) == ["j1", "j0"]


def test_filters(sim: Simulator, sdk: Any) -> None:
    sim.load_seed(
        {
            "jobs": [
                {"job_id": "query", "queue_name": "q1", "statement": "SELECT a FROM t", "owner": "analyst"},
                {"job_id": "import", "queue_name": "q1", "job_type": "IMPORT", "table_name": "t", "status": "FAILED"},
                {"job_id": "hetu", "queue_name": "q2", "engine_type": "hetuEngine", "database_name": "db"},
                {"job_id": "tagged", "queue_name": "q2", "tags": [{"key": "k", "value": "v"}], "job_type": "DDL"},
            ]
        }
    )

    def ids(**query: Any) -> set[str]:
        return {job.job_id for job in jobs(sdk, **query)}

    assert ids(job_type="ALL") == {"query", "import", "hetu", "tagged"}
    assert ids(job_type="IMPORT") == {"import"}
    assert ids(job_types=["IMPORT", "DDL"]) == {"import", "tagged"}
    assert ids(job_types=["IMPORT", "DDL"], job_type="DDL") == {"tagged"}
    assert ids(job_status="FAILED") == {"import"}
    assert ids(job_id="hetu") == ids(engine_type="hetuengine") == ids(db_name="db") == {"hetu"}
    assert ids(owner="analyst") == ids(sql_pattern="select A") == {"query"}
    assert ids(table_name="t") == {"import"}
    assert ids(tags="k=v") == {"tagged"}


def test_parameters_have_hyphens_and_underscores(sim_without_auth: Simulator, raw: RawClient) -> None:
    sim_without_auth.load_seed({"jobs": [{"queue_name": "q1"}, {"queue_name": "q2", "engine_type": "hetuEngine"}]})
    listed = raw("GET", JOBS, params={"job-type": "QUERY", "queue_name": "q1", "page-size": 1}).json()
    assert (listed["is_success"], listed["message"], listed["job_count"]) == (True, "", 1)
    assert {"job_id", "job_type", "queue_name", "owner", "start_time", "duration", "status"} <= set(listed["jobs"][0])
    for name in ("engine-type", "engine_type"):
        assert raw("GET", JOBS, params={name: "hetuEngine"}).json()["job_count"] == 1
    # A parameter in the other spelling is not known, and has no effect.
    assert raw("GET", JOBS, params={"queue-name": "q1"}).json()["job_count"] == 2


@pytest.mark.parametrize(
    "query",
    [{"page-size": 0}, {"page-size": 101}, {"current-page": 0}, {"job-type": "X"}, {"job_types": "X"}, {"order": "x"}],
    ids=str,
)
def test_invalid_parameters(sim_without_auth: Simulator, raw: RawClient, query: dict[str, Any]) -> None:
    answer = raw("GET", JOBS, params=query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "DLI.0001")
