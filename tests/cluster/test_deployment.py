"""When the release of a Deployment is complete, what it is called, and which release it is."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import pytest

from driftwatch.cluster.deployment import Deployment, Release, version_of
from tests.cluster.api import a_deployment

DONE: Final = Release("shop/payments", "1.42.0", datetime(2026, 5, 1, 10, 30, 1, tzinfo=UTC), "7.0b6f4a52")


def _release(told: dict[str, Any]) -> Release | None:
    return msgspec.convert(told, Deployment).release()


def test_a_release_is_complete_when_all_pods_are_of_it() -> None:
    """With the tag of the container that is called like the Deployment, at the end of the second that is told."""
    assert _release(a_deployment()) == DONE


@pytest.mark.parametrize(
    "state",
    [
        {"seen": 6},
        {"updated": 2},
        {"available": 2},
        {"all": 4},
        {"reason": "ReplicaSetUpdated"},
        {"reason": "DeploymentPaused"},
        {"reason": "ProgressDeadlineExceeded"},
        {"replicas": 0},
    ],
    ids=str,
)
def test_what_is_not_complete(state: dict[str, Any]) -> None:
    """Not seen by the controller, pods of another release or not available, paused, failed, or nobody there at all."""
    assert _release(a_deployment(**state)) is None


def test_scaling_is_no_release() -> None:
    """More pods of the same revision are the same release; while they start there is none that is complete."""
    assert _release(a_deployment(replicas=5)) == DONE
    assert _release(a_deployment(replicas=5, available=3)) is None


def test_a_restart_is_a_release() -> None:
    """``kubectl rollout restart`` makes a new revision: the tag may have moved."""
    assert _release(a_deployment(revision=8)) == msgspec.structs.replace(DONE, revision="8.0b6f4a52")


def test_one_that_was_made_anew_is_another() -> None:
    """Though it counts its revisions from 1 again."""
    one, other = (_release(a_deployment(revision=1, uid=uid)) for uid in ("aaaaaaaa-1", "bbbbbbbb-2"))
    assert one is not None
    assert other is not None
    assert one.revision != other.revision


def test_without_a_deadline_nobody_tells_when() -> None:
    """The controller notes no moment then."""
    assert _release(a_deployment(reason="")) == msgspec.structs.replace(DONE, at=None)
    assert _release(a_deployment(at="2026-05-01T10:30:00")) == msgspec.structs.replace(DONE, at=None)


def test_without_a_revision_there_is_none() -> None:
    """The controller has not looked at it yet."""
    told = a_deployment()
    del told["metadata"]["annotations"]
    assert _release(told) is None


def test_the_container_that_people_mean() -> None:
    """The one that an annotation names, else the one called like the Deployment, else the first."""
    told = a_deployment()
    told["spec"]["template"]["metadata"]["annotations"] = {"kubectl.kubernetes.io/default-container": "proxy"}
    assert _release(told) == msgspec.structs.replace(DONE, version="9.9")
    del told["spec"]["template"]["metadata"]["annotations"]
    told["spec"]["template"]["spec"]["containers"][1]["name"] = "app"
    assert _release(told) == msgspec.structs.replace(DONE, version="9.9")
    told["spec"]["template"]["spec"]["containers"] = []
    assert _release(told) == msgspec.structs.replace(DONE, version="latest")


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("payments:1.42.0", "1.42.0"),
        ("registry:5000/shop/payments:1.42.0", "1.42.0"),
        ("registry:5000/shop/payments", "latest"),
        ("payments", "latest"),
        ("payments@sha256:0123456789abcdef0123456789abcdef", "0123456789ab"),
        ("registry:5000/payments:1.42.0@sha256:0123456789abcdef", "1.42.0"),
        ("payments:" + "x" * 500, "x" * 128),
        ("", "latest"),
    ],
)
def test_the_version_is_the_tag_or_the_digest(image: str, version: str) -> None:
    """A port is no tag."""
    assert version_of(image) == version
