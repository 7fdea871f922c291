"""Who finds whom: Service, ServiceMonitor, policies and pods agree on labels and on the one port."""

import ipaddress
from typing import Final

import pytest

from driftwatch.cluster.access import ACCOUNT
from driftwatch.settings.service import WebSettings
from tests.deploy.kubernetes.network import Peer, allows
from tests.deploy.kubernetes.rendering import (
    ARRANGEMENTS,
    Arrangement,
    Object,
    containers,
    objects,
    rendered,
    templates,
)

pytestmark = pytest.mark.kubernetes

GUARDED: Final = [one for one in ARRANGEMENTS if "networkpolicy" in one.components or one.base == "examples/team"]
NAME: Final = "app.kubernetes.io/name"
COMPONENT: Final = "app.kubernetes.io/component"
METADATA: Final = ("169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200",
                   "168.63.129.16")  # fmt: skip
"""Where clouds hand out the credentials of a node: AWS and most others, ECS, IPv6, Alibaba Cloud, Azure."""


@pytest.fixture(params=ARRANGEMENTS, ids=str)
def made(request: pytest.FixtureRequest) -> tuple[Object, ...]:
    """The objects of each arrangement."""
    return rendered(request.param)


def test_selectors_find_their_pods_and_no_others(made: tuple[Object, ...]) -> None:
    """Deployments, Services and budgets select what they mean; pods of Jobs are behind no Service."""
    labels = {name: template["metadata"]["labels"] for name, template in templates(made)}
    for one in made:
        name = f"Deployment/{one['metadata']['name']}"
        match one["kind"]:
            case "Deployment" | "PodDisruptionBudget":
                wanted = one["spec"]["selector"]["matchLabels"]
            case "Service":
                wanted = one["spec"]["selector"]
            case _:
                continue
        assert [found for found, has in labels.items() if wanted.items() <= has.items()] == [name]


def test_every_pod_says_what_it_is(made: tuple[Object, ...]) -> None:
    """The labels that selectors of ours go by."""
    for name, template in templates(made):
        kind = {"Deployment/driftwatch": "serve", "CronJob/driftwatch": "audit"}.get(name)
        labels = template["metadata"]["labels"]
        assert labels.get(COMPONENT) == kind
        assert (labels[NAME] == "driftwatch") == (kind is not None)


def test_the_port_has_one_name_and_one_number(made: tuple[Object, ...]) -> None:
    """Container, Service, ServiceMonitor and policy say ``http``; the number is that of the config's default."""
    default = WebSettings().port
    for one in made:
        match one["kind"]:
            case "Deployment" if one["metadata"]["name"] == "driftwatch":
                (container,) = one["spec"]["template"]["spec"]["containers"]
                assert container["ports"] == [{"name": "http", "containerPort": default}]
            case "Service" if one["metadata"]["name"] == "driftwatch":
                assert one["spec"]["ports"] == [{"name": "http", "port": default, "targetPort": "http"}]
            case "ServiceMonitor":
                assert [endpoint["port"] for endpoint in one["spec"]["endpoints"]] == ["http"]
            case _:
                pass


def test_ports_are_named_once_in_a_pod(made: tuple[Object, ...]) -> None:
    """And every probe asks at a port that its own container has."""
    for _, template in templates(made):
        names = [port["name"] for container in containers(template) for port in container.get("ports", ())]
        assert len(set(names)) == len(names)
        for container in containers(template):
            own = {port["name"] for port in container.get("ports", ())}
            probes = [container[kind] for kind in container if kind.endswith("Probe")]
            assert {probe["httpGet"]["port"] for probe in probes} <= own


@pytest.mark.parametrize("overlay", ["daemon", "daemon-ha", "sharded"])
def test_prometheus_finds_the_service(overlay: str) -> None:
    """The ServiceMonitor selects the Service by its labels, where it stands; the job is called as alerts expect."""
    arrangement = Arrangement(f"overlays/{overlay}", ("servicemonitor",))
    (monitor,) = objects(arrangement, "ServiceMonitor")
    (service,) = objects(arrangement, "Service")
    assert monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    assert monitor["metadata"]["namespace"] == service["metadata"]["namespace"]
    assert "namespaceSelector" not in monitor["spec"], "its own namespace, which is the default"
    assert "jobLabel" not in monitor["spec"], "the name of the Service, which is the default"
    assert service["metadata"]["name"] == "driftwatch"
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"


@pytest.mark.parametrize("arrangement", GUARDED, ids=str)
def test_nothing_comes_in_but_prometheus(arrangement: Arrangement) -> None:
    """To the daemon's port, from the namespace of monitoring; to pods of Jobs nothing at all."""
    policies = objects(arrangement, "NetworkPolicy")
    serve, audit = ({NAME: "driftwatch", COMPONENT: kind} for kind in ("serve", "audit"))
    assert allows(policies, "Ingress", serve, Peer("monitoring"), "http")
    assert not allows(policies, "Ingress", serve, Peer("monitoring"), 1234)
    assert not allows(policies, "Ingress", serve, Peer("elsewhere"), "http")
    assert not allows(policies, "Ingress", serve, Peer(address="203.0.113.7"), "http")
    assert not allows(policies, "Ingress", audit, Peer("monitoring"), "http")


@pytest.mark.parametrize("arrangement", GUARDED, ids=str)
def test_nothing_goes_out_but_where_it_must(arrangement: Arrangement) -> None:
    """DNS by both protocols, staging in and outside the cluster, gateway, Alertmanager, PostgreSQL; nothing else."""
    policies = objects(arrangement, "NetworkPolicy")
    for kind in ("serve", "audit"):
        pod = {NAME: "driftwatch", COMPONENT: kind}
        for protocol in ("UDP", "TCP"):
            assert allows(policies, "Egress", pod, Peer("kube-system"), 53, protocol)
            assert allows(policies, "Egress", pod, Peer(address="169.254.20.10"), 53, protocol)
            assert not allows(policies, "Egress", pod, Peer(address="203.0.113.7"), 53, protocol)
        for port in (443, 5432):
            assert allows(policies, "Egress", pod, Peer(address="203.0.113.7"), port)
            assert allows(policies, "Egress", pod, Peer(address="2001:db8::7"), port)
        assert allows(policies, "Egress", pod, Peer("staging"), 8080)
        assert allows(policies, "Egress", pod, Peer("monitoring"), 9091)
        assert allows(policies, "Egress", pod, Peer("monitoring"), 9093)
        assert not allows(policies, "Egress", pod, Peer(address="203.0.113.7"), 80)
        assert not allows(policies, "Egress", pod, Peer("elsewhere"), 443)


@pytest.mark.parametrize("port", [53, 80, 443, 5432])
@pytest.mark.parametrize("address", METADATA)
def test_no_pod_reaches_the_metadata_of_its_node(address: str, port: int) -> None:
    """Not by any port that goes elsewhere."""
    policies = objects(Arrangement("overlays/daemon", ("networkpolicy",)), "NetworkPolicy")
    pod = {NAME: "driftwatch", COMPONENT: "serve"}
    assert not allows(policies, "Egress", pod, Peer(address=address), port)


def test_without_policies_everything_is_open() -> None:
    """The model of policies is not one that says no to everything."""
    assert allows([], "Egress", {NAME: "driftwatch"}, Peer(address=METADATA[0]), 80)


def test_blocks_lie_in_what_they_are_excepted_from() -> None:
    """Which the API server demands."""
    for policy in objects(Arrangement("overlays/daemon", ("networkpolicy",)), "NetworkPolicy"):
        for rule in policy["spec"].get("egress", ()):
            for peer in rule["to"]:
                block = peer.get("ipBlock", {"cidr": "::/0"})
                whole = ipaddress.ip_network(block["cidr"])
                for hole in block.get("except", ()):
                    part = ipaddress.ip_network(hole)
                    assert part.version == whole.version
                    assert part.prefixlen > whole.prefixlen


def test_watching_rollouts_asks_for_no_more_than_it_needs() -> None:
    """A Role of one namespace, bound to the one account: Deployments are watched, pods listed; no ClusterRole."""
    made = rendered(Arrangement("overlays/daemon", ("deploy-watch",)))
    kinds = {one["kind"]: one for one in made}
    assert not {kind for kind in kinds if kind.startswith("Cluster")}
    assert kinds["Role"]["rules"] == [
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["list", "watch"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
    ]
    binding, account = kinds["RoleBinding"], kinds["ServiceAccount"]["metadata"]
    assert binding["roleRef"]["name"] == kinds["Role"]["metadata"]["name"]
    assert binding["metadata"]["namespace"] == kinds["Role"]["metadata"]["namespace"] != account["namespace"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": account["name"], "namespace": account["namespace"]}
    ]


def test_the_token_lies_where_it_is_looked_for() -> None:
    """Token and authorities are files of the folder that the code reads; other clients expect the namespace, too."""
    (deployment,) = objects(Arrangement("overlays/daemon", ("deploy-watch",)), "Deployment")
    spec = deployment["spec"]["template"]["spec"]
    mounts = {mount["mountPath"]: mount["name"] for mount in spec["containers"][0]["volumeMounts"]}
    (volume,) = (volume for volume in spec["volumes"] if volume["name"] == mounts[str(ACCOUNT)])
    token, authorities, namespace = volume["projected"]["sources"]
    assert token["serviceAccountToken"] == {"path": "token", "expirationSeconds": 3600}
    assert authorities["configMap"]["items"] == [{"key": "ca.crt", "path": "ca.crt"}]
    assert [item["path"] for item in namespace["downwardAPI"]["items"]] == ["namespace"]


@pytest.mark.parametrize("overlay", ["cronjob", "daemon", "daemon-ha", "sharded"])
def test_no_overlay_has_rights_by_itself(overlay: str) -> None:
    """No Role, no binding."""
    kinds = {one["kind"] for one in rendered(Arrangement(f"overlays/{overlay}"))}
    assert not {kind for kind in kinds if "Role" in kind}
