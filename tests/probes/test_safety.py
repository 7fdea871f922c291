"""How harmful a request could be: method first, then the words in it; the operator may say otherwise."""

import pytest

from driftwatch.model.interaction import Query, Request
from driftwatch.model.policy import DENY_WORDS, ProbingPolicy
from driftwatch.model.probe import Tier
from driftwatch.probes.safety import is_allowed, tier_of

PLAIN = ProbingPolicy()


def asking(target: str, *query: tuple[str, str]) -> Request:
    """A request from its method and path, with its query decoded and as sent."""
    method, _, path = target.partition(" ")
    return Request(method, path, path, query=query, raw_query="&".join(f"{name}={value}" for name, value in query))


def tier(target: str, *query: tuple[str, str], policy: ProbingPolicy = PLAIN) -> Tier:
    """Its tier alone."""
    return tier_of(asking(target, *query), policy)[0]


@pytest.mark.parametrize(("method", "expected"), [
    ("GET", Tier.SAFE), ("HEAD", Tier.SAFE), ("OPTIONS", Tier.SAFE), ("get", Tier.SAFE),
    ("PUT", Tier.IDEMPOTENT), ("DELETE", Tier.IDEMPOTENT), ("POST", Tier.UNSAFE), ("PATCH", Tier.UNSAFE),
    ("TRACE", Tier.UNSAFE), ("CONNECT", Tier.UNSAFE), ("PROPFIND", Tier.UNSAFE), ("", Tier.UNSAFE),
])  # fmt: skip
def test_the_method_decides_first(method: str, expected: Tier) -> None:
    """Safe and idempotent as RFC 9110 (9.2) has them; what is not known to be safe is unsafe, with a reason."""
    found, reason = tier_of(asking(f"{method} /users"), PLAIN)
    assert found is expected
    assert bool(reason) is (expected is not Tier.SAFE)


@pytest.mark.parametrize("word", DENY_WORDS)
def test_each_word_of_the_list_is_heeded(word: str) -> None:
    """As a segment, with others in camel case, snake case or hyphens, in a query's name and in its value."""
    camel = "".join(part.title() for part in word.split("-"))
    snake = word.replace("-", "_")
    for path in (f"/{word}", f"/users/7/{word}/now", f"/do{camel}Now", f"/my_{snake}_now", f"/my-{word}-now",
                 f"/{word.upper()}", f"/a.{word}", f"/{word};v=1", f"/v2{camel}", f"/API{camel}"):  # fmt: skip
        assert tier(f"GET {path}") is Tier.UNSAFE, path
    assert tier("GET /users", (word, "1")) is Tier.UNSAFE
    assert tier("GET /users", ("step", word)) is Tier.UNSAFE


@pytest.mark.parametrize("path", [
    "/runs", "/exports", "/sender", "/senders/7", "/presets", "/confirmed", "/activated", "/inactive", "/deleted-users",
    "/generators", "/generated", "/prune", "/truncate", "/reset5x", "/resend5", "/unconfirmed", "/running", "/logouts",
    "/removed", "/sending", "/exporter", "/préactivate", "/verify/tokens", "/", "",
])  # fmt: skip
def test_words_inside_longer_words_mean_something_else(path: str) -> None:
    """``/runs`` lists what ``/run`` starts."""
    assert tier(f"GET {path}") is Tier.SAFE


@pytest.mark.parametrize("path", ["/sign-out", "/sign_out", "/signOut", "/log-out", "/un-subscribe"])
def test_a_word_may_be_parted(path: str) -> None:
    """People write ``signout`` in several ways."""
    assert tier(f"GET {path}") is Tier.UNSAFE


@pytest.mark.parametrize("path", ["/%6Cogout", "/log%6fut", "/users/%73end", "/a%2Fdelete%2Fb"])
def test_escapes_hide_no_word(path: str) -> None:
    """A server decodes a path before it acts on it."""
    assert tier(f"GET {path}") is Tier.UNSAFE


@pytest.mark.parametrize("name", [
    "do", "action", "Action", "token", "otp", "ticket", "nonce", "confirmationToken", "verification_token",
    "resetToken", "reset-token",
])  # fmt: skip
def test_parameters_that_act_or_work_once(name: str) -> None:
    """``?do=`` and ``?action=`` do something, and a single-use token is used up."""
    assert tier("GET /users", (name, "x")) is Tier.UNSAFE


@pytest.mark.parametrize("name", ["page_token", "pageToken", "next_token", "doi", "actions", "q", "domain", "tickets"])
def test_parameters_that_only_sound_like_it(name: str) -> None:
    """A page's token may be used again."""
    assert tier("GET /users", (name, "x")) is Tier.SAFE


def test_the_reason_names_the_word() -> None:
    """The reader learns what to declare safe."""
    _, reason = tier_of(asking("GET /reports/export"), PLAIN)
    assert "'export'" in reason


def test_the_query_as_sent_is_read_as_well() -> None:
    """A reader of mocks that keeps only the raw query hides nothing."""
    assert tier_of(Request("GET", "/users", "/users", raw_query="then=logout"), PLAIN)[0] is Tier.UNSAFE


def test_a_list_of_ones_own_replaces_the_words() -> None:
    """The operator knows what is dangerous there; capitals do not matter, hyphens stand for every joint."""
    own = ProbingPolicy(deny_words=("Nuke", "dry-run"))
    assert tier("GET /logout", policy=own) is Tier.SAFE
    assert tier("GET /nuke", policy=own) is Tier.UNSAFE
    assert tier("GET /dryRun", policy=own) is Tier.UNSAFE
    assert tier("GET /dry/run", policy=own) is Tier.SAFE


@pytest.mark.parametrize(("pattern", "target", "expected"), [
    ("POST /search", "POST /search", Tier.DECLARED_SAFE),
    ("POST /search*", "POST /search/users", Tier.DECLARED_SAFE),
    ("* /search", "PUT /search", Tier.DECLARED_SAFE),
    ("POST /search", "PUT /search", Tier.IDEMPOTENT),
    ("POST /search", "POST /search/users", Tier.UNSAFE),
    ("POST /search", "POST /Search", Tier.UNSAFE),
    ("GET /reports/export", "GET /reports/export", Tier.DECLARED_SAFE),
])  # fmt: skip
def test_what_only_reads_may_be_declared(pattern: str, target: str, expected: Tier) -> None:
    """By method and path glob; another method or a longer path is another request."""
    assert tier(target, policy=ProbingPolicy(declared_safe=(pattern,))) is expected


def test_never_is_above_everything() -> None:
    """What is marked never is not sent, whatever else is said of it or allowed."""
    policy = ProbingPolicy(tiers=frozenset(Tier), never=("* /admin*",), declared_safe=("GET /admin/users",))
    found, reason = tier_of(asking("GET /admin/users"), policy)
    assert (found, reason) == (Tier.NEVER, "marked never in the config")
    assert not is_allowed(found, policy)


@pytest.mark.parametrize(("allowed", "expected"), [
    ({Tier.SAFE}, {Tier.SAFE, Tier.DECLARED_SAFE}),
    (set(), {Tier.DECLARED_SAFE}),
    ({Tier.SAFE, Tier.IDEMPOTENT}, {Tier.SAFE, Tier.DECLARED_SAFE, Tier.IDEMPOTENT}),
    (set(Tier), {Tier.SAFE, Tier.DECLARED_SAFE, Tier.IDEMPOTENT, Tier.UNSAFE}),
])  # fmt: skip
def test_tiers_are_allowed_one_by_one(allowed: set[Tier], expected: set[Tier]) -> None:
    """A declared request carries its consent with it; never is never allowed."""
    policy = ProbingPolicy(tiers=frozenset(allowed))
    assert {tier for tier in Tier if is_allowed(tier, policy)} == expected


def test_nothing_in_a_query_is_taken_for_a_pattern() -> None:
    """Text of strangers is text: brackets, dots and broken escapes do not fail."""
    odd: Query = (("[", "(*"), ("%", "%zz%ff"), ("名前", "\ud800"))
    assert tier_of(Request("GET", "/[a]/%e4/%", "/", query=odd, raw_query="%"), PLAIN)[0] is Tier.SAFE
