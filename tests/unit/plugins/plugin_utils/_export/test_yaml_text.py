# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML that people and every reader understand in the same way."""

from __future__ import annotations

import random

import pytest
import yaml
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._export import yaml_text

try:
    from yaml import CSafeLoader as FastLoader
except ImportError:
    from yaml import SafeLoader as FastLoader


class Loader(FastLoader):
    """Reads the tag that Ansible has for texts without templates."""


Loader.add_constructor("!unsafe", lambda loader, node: ("unsafe", loader.construct_scalar(node)))


def read(lines):
    return yaml.load("\n".join(lines), Loader=Loader)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("etl_load", "etl_load"),
        ("Nightly loads", "Nightly loads"),
        ("subnet-data", "subnet-data"),
        ("", '""'),
        ("yes", '"yes"'),
        ("No", '"No"'),
        ("n", '"n"'),
        ("NULL", '"NULL"'),
        ("0123", '"0123"'),
        ("1e3", '"1e3"'),
        ("12:30", '"12:30"'),
        ("2026-01-02", '"2026-01-02"'),
        ("10.1.0.0/16", '"10.1.0.0/16"'),
        ("~", '"~"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("a ", '"a "'),
        ("a - b", '"a - b"'),
        ("Größe", '"Größe"'),
        ("🐘", '"🐘"'),
        ('"\\', '"\\"\\\\"'),
        ("a\nb\tc\r", '"a\\nb\\tc\\r"'),
        ("\x00\x1b\x85\xa0", '"\\x00\\x1b\\x85\\xa0"'),
        ("\u2028\u202e\ufeff", '"\\u2028\\u202e\\ufeff"'),
        ("\U000e0001", '"\\U000e0001"'),
        ("\ud800", '"\ufffd"'),
        ("{{ x }}", '!unsafe "{{ x }}"'),
        ("{% x", '!unsafe "{% x"'),
        ("{#", '!unsafe "{#"'),
        ("{ x }", '"{ x }"'),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (None, "null"),
    ],
)
def test_a_scalar_reads_as_it_is(value, text):
    assert yaml_text.scalar(value) == text
    wanted = "\ufffd" if value == "\ud800" else value
    assert read([text]) == (("unsafe", wanted) if text.startswith("!") else wanted)


def test_any_text_survives():
    choose = random.Random(7)
    for _round in range(3000):
        text = "".join(
            chr(choose.choice([choose.randrange(0x100), choose.randrange(0xD800), 58, 32])) for _position in range(5)
        )
        found = read([f"a: [{yaml_text.scalar(text)}]"])["a"][0]
        assert (found[1] if isinstance(found, tuple) else found) == text


def test_long_values_get_more_lines():
    short, long = ["q1", "q2"], [f"queue_number_{n}" for n in range(12)]
    options = {
        "name": "c1",
        "queues": short,
        "pools": long,
        "tags": {"team": "a"},
        "more": {f"key_{n}": "x" * 20 for n in range(8)},
        "hosts": [{"name": "h1", "ip": "192.168.0.1"}, {"name": "h" * 120, "ip": "192.168.0.2"}],
        "empty": [],
    }
    lines = yaml_text.item(options, 2)
    assert lines[:3] == ["  - name: c1", "    queues: [q1, q2]", "    pools:"]
    assert "      - queue_number_11" in lines
    assert "    tags: {team: a}" in lines
    assert '      - {name: h1, ip: "192.168.0.1"}' in lines
    assert lines[-1] == "    empty: []"
    assert read(["list:", *lines]) == {"list": [options]}
    assert read(["list:", *yaml_text.commented_out(lines, 2)]) == {"list": None}


@pytest.mark.parametrize("text", ["a\nlist: 1", "a\r\u2028\x85list: 1", "x" * 300, "word " * 100, "\x1b]0;x\x07", "#"])
def test_a_comment_stays_one(text):
    lines = yaml_text.comment(text, 2)
    assert all(line.startswith("  # ") and line.isprintable() for line in lines)
    assert read([*lines, "a: 1"]) == {"a": 1}
    assert yaml_text.comment("word " * 100, 2)[0].startswith("  # word")
    assert max(map(len, yaml_text.comment("word " * 100, 2))) <= yaml_text.WIDTH
