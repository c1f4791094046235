# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Overlaps of CIDR blocks, compared with sets of single addresses."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import product

from ansible_collections.huaweicloud.dli.plugins.module_utils._diagnosis import overlaps
from hypothesis import given
from hypothesis import strategies as st

# Few addresses, so that blocks meet often: 10.0.0.0/26 and as many of IPv6.
FOURTH = st.builds(lambda start, length: ip_network((0x0A000000 + start, length), strict=False),
                   st.integers(0, 63), st.integers(26, 32))  # fmt: skip
SIXTH = st.builds(lambda start, length: ip_network((0xFD << 120 | start, length), strict=False),
                  st.integers(0, 63), st.integers(122, 128))  # fmt: skip
NETWORKS = st.lists(st.one_of(FOURTH, SIXTH), max_size=8)


def blocks(prefix, networks):
    return [overlaps.Block(f"{prefix}{number}", network) for number, network in enumerate(networks)]


def common(one, other):
    """Whether an address is in both, found address by address."""
    return bool(set(one) & set(other))


@given(st.one_of(FOURTH, SIXTH), st.one_of(FOURTH, SIXTH))
def test_two_networks_overlap_if_they_share_an_address(one, other):
    assert overlaps.overlap(one, other) == overlaps.overlap(other, one) == common(one, other)


@given(NETWORKS, NETWORKS)
def test_clashes_are_the_pairs_with_a_new_block_that_share_an_address(first, second):
    new, others = blocks("new", first), blocks("old", second)
    expected = {
        tuple(sorted((one.owner, other.owner)))
        for one, other in product(new, new + others)
        if one.owner != other.owner and common(one.network, other.network)
    }
    found = overlaps.clashes(new, others)
    pairs = [(one.owner, other.owner) for one, other in found]
    assert pairs == sorted(expected)
    assert overlaps.clashes(reversed(new), reversed(others)) == found


def test_the_blocks_of_one_owner_do_not_clash():
    one = overlaps.Block("pool a", ip_network("10.0.0.0/8"))
    assert overlaps.clashes([one, one], [one]) == []


def test_several_blocks_of_two_owners_are_sorted_by_their_addresses():
    sixteen = [overlaps.block("pool a", f"10.{number}.0.0/16") for number in range(16)]
    four, six = overlaps.block("queue b", "10.0.0.0/8"), overlaps.block("queue b", "fd00::/8")
    last = overlaps.block("pool a", "fd00::/16")
    found = overlaps.clashes([four, six], [last, *reversed(sixteen)])
    assert found == [*((each, four) for each in sixteen), (last, six)]
    smaller = overlaps.block("elastic resource pool p", "10.0.0.0/8")
    assert overlaps.clashes([smaller], reversed(sixteen)) == [(smaller, each) for each in sixteen]


def test_texts_without_a_network_have_no_block():
    for text in (None, "", "any", "10.0.0.0/33", "10.0.0/8", "fd00::/129", "10.0.0.1 - 10.0.0.9", "1" * 400):
        assert overlaps.block("x", text) is None
    assert str(overlaps.block("queue q", " 10.1.2.3/8 ")) == "queue q (10.0.0.0/8)"


# Sizes as in real projects: every block a neighbour of the one before, none of them shared.
SIZES = st.lists(st.integers(12, 24), min_size=2, max_size=12)


@given(SIZES, st.randoms(use_true_random=False))
def test_neighbours_do_not_clash(sizes, random):
    """Blocks that are laid out one after the other, as a planner of addresses does it."""
    start, laid = 0x0A000000, []
    for length in sizes:
        size = 1 << (32 - length)
        start = (start + size - 1) // size * size
        if start + size <= 0x7F000000:
            laid.append(ip_network((start, length)))
            start += size
    found = blocks("n", laid)
    random.shuffle(found)
    assert overlaps.clashes(found) == []
