"""NetworkPolicies as Kubernetes means them, small enough to ask whether a pod may be reached or reach another.

Source: the page "Network Policies" of Kubernetes. A pod that no policy of a direction selects is open in it; otherwise
one rule of one policy must allow it. Only what our policies use is known here: labels by ``matchLabels``, namespaces,
blocks of addresses, ports by number or name.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side: a pod in a namespace, or an address outside the cluster."""

    namespace: str = ""
    labels: Labels = field(default_factory=dict)
    address: str = ""


def allows(
    policies: Iterable[dict[str, Any]], direction: str, pod: Labels, peer: Peer, port: int | str, protocol: str = "TCP"
) -> bool:
    """Whether traffic of a pod is let through; ``direction`` is ``Ingress`` or ``Egress``."""
    chosen = [policy["spec"] for policy in policies if direction in policy["spec"]["policyTypes"]
              and _fits(policy["spec"]["podSelector"], pod)]  # fmt: skip
    if not chosen:
        return True
    side, towards = ("ingress", "from") if direction == "Ingress" else ("egress", "to")
    rules = [rule for spec in chosen for rule in spec.get(side, ())]
    return any(_is_open(rule, port, protocol) and _knows(rule.get(towards), peer) for rule in rules)


def _is_open(rule: dict[str, Any], port: int | str, protocol: str) -> bool:
    return "ports" not in rule or {"protocol": protocol, "port": port} in rule["ports"]


def _knows(peers: list[dict[str, Any]] | None, peer: Peer) -> bool:
    return peers is None or any(_is_meant(one, peer) for one in peers)


def _is_meant(written: dict[str, Any], peer: Peer) -> bool:
    block = written.get("ipBlock")
    if block is not None:
        if not peer.address:
            return False
        address = ipaddress.ip_address(peer.address)
        excepted = any(address in ipaddress.ip_network(hole) for hole in block.get("except", ()))
        return address in ipaddress.ip_network(block["cidr"]) and not excepted
    if peer.address:
        return False
    namespace = {"kubernetes.io/metadata.name": peer.namespace}
    return _fits(written.get("namespaceSelector", {}), namespace) and _fits(written.get("podSelector", {}), peer.labels)


def _fits(selector: dict[str, Any], labels: Labels) -> bool:
    assert selector.keys() <= {"matchLabels"}, "another way to select, which this model does not know"
    return all(labels.get(name) == value for name, value in selector.get("matchLabels", {}).items())
