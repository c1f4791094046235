# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that the keys of one account can work in, and the hosts of an inventory that stand for them."""

from __future__ import annotations

from typing import Any


def names(number: int) -> dict[str, str]:
    return {
        "project": f"{number:032x}",
        "account": f"account-{number}",
        "queue": f"queue_{number}",
        "connection": f"connection_{number}",
    }


def seed_tenant(sim: Any, number: int) -> None:
    """An account with an agency, a project, a queue and a connection; every fourth one lacks the connection."""
    own = names(number)
    region = sim.ready["region"]
    account = {"domain_name": own["account"], "domain_id": f"domain-{number}"}
    sim.load_seed(
        {
            "projects": [{"id": own["project"], "name": region, "domain_id": account["domain_id"]}],
            "agencies": [{"agency_name": "dli_operators", **account}],
            "queues": [{"queue_name": own["queue"]}],
            "connections": [{"name": own["connection"], "queues": [own["queue"]]}] if number % 4 else [],
        }
    )
    # A seed adds objects to the main project only.
    main, tenant = sim.state.main, sim.state.projects[own["project"]]
    tenant.queues[own["queue"]] = main.queues.pop(own["queue"])
    tenant.connections.update(main.connections)
    main.connections.clear()


def host_variables(sim: Any, number: int) -> dict[str, Any]:
    """What host_vars of the example inventory contain."""
    own = names(number)
    network = sim.ready["networks"][0]
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "dli_auth": {
            "region": sim.ready["region"],
            "project_id": own["project"],
            "agency_name": "dli_operators",
            "agency_domain_name": own["account"],
        },
        "tenant_queues": [{"name": own["queue"], "cu_count": 16}],
        "tenant_connections": [
            {
                "name": own["connection"],
                "dest_vpc_name": network["vpc_name"],
                "dest_subnet_name": network["subnet_name"],
                "queues": [own["queue"]],
            }
        ],
    }
