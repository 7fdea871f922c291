"""As whom a provider is asked: named identities, which mocks speak for which, and the lens."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from msgspec import Struct

from driftwatch.model.identity import NOBODY, Identities, Role
from driftwatch.settings.credentials import (
    KINDS,
    NO_AUTH,
    ApiKeyAuth,
    AuthSettings,
    BasicAuth,
    BearerAuth,
    CertificateSettings,
    HeadersAuth,
    OAuth2Auth,
    words_of,
)
from driftwatch.settings.forms import Schema, Text
from driftwatch.settings.manners import ANY_OPERATION
from driftwatch.settings.naming import check_name
from driftwatch.settings.sections import Named, Section, Several
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import listing

_NAME: Final = Text(
    r"^(?!none$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    "An identity's name begins with a letter or digit and goes on with these, `.`, `_` or `-`; `none` is nobody's.",
)
_USED: Final = Text(
    r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", "Write the name of an identity, or `none` for no credentials."
)
_CERTIFICATE: Final = "The certificate that it shows (mTLS), alone or beside one of the others."


class IdentitySettings(Struct, frozen=True, kw_only=True):
    """Somebody as whom the provider is asked: one kind of credentials, a certificate, or both."""

    role: Annotated[
        Role | None, words_of(Role),
        "What it may do: `ordinary`, `admin`, or `expired` for credentials that must not be served any more.",
    ] = None  # fmt: skip
    api_key: Annotated[ApiKeyAuth | None, KINDS["api_key"], KINDS["api_key"].sentence] = None
    basic: Annotated[BasicAuth | None, KINDS["basic"], KINDS["basic"].sentence] = None
    bearer: Annotated[BearerAuth | None, KINDS["bearer"], KINDS["bearer"].sentence] = None
    headers: Annotated[HeadersAuth | None, KINDS["headers"], KINDS["headers"].sentence] = None
    oauth2: Annotated[OAuth2Auth | None, KINDS["oauth2"], KINDS["oauth2"].sentence] = None
    client_certificate: Annotated[CertificateSettings | None, Section(CertificateSettings), _CERTIFICATE] = None

    @property
    def auth(self) -> AuthSettings:
        """The one kind that is written; none where the certificate says it all."""
        written = (self.api_key, self.basic, self.bearer, self.headers, self.oauth2)
        return next((one for one in written if one is not None), NO_AUTH)


class _Identity(Section, frozen=True):
    """The section, in which a secret may stand astray."""

    def schema(self) -> Schema:
        """``writeOnly`` keeps what stands here out of all complaints."""
        return {**Section.schema(self), "writeOnly": True, "minProperties": 1}


class BindingSettings(Struct, frozen=True, kw_only=True):
    """Whose view some of the mocks show."""

    match: Annotated[str, ANY_OPERATION, "The mocks that are meant, as method and path glob."]
    use: Annotated[str, _USED, "The identity as which they are asked, or `none`."]


IDENTITIES: Final = Named(_Identity(IdentitySettings), _NAME)
BINDINGS: Final = Several(Section(BindingSettings))
LENS: Final = Several(_USED)


def identities_of(
    named: Mapping[str, IdentitySettings], bound: tuple[BindingSettings, ...], lens: tuple[str, ...]
) -> Identities:
    """The same in terms of the domain."""
    return Identities(
        bound=tuple((one.match, one.use) for one in bound),
        lens=tuple(dict.fromkeys(lens)),
        roles={name: one.role for name, one in named.items() if one.role is not None},
    )


def check_identities(top: Spot) -> None:
    """Names that are used must be given; an identity has one kind of credentials; what is expired is never renewed."""
    providers = top.members().get("providers")
    for provider in providers.members().values() if providers is not None else ():
        members = provider.members()
        named = members["identities"].members() if "identities" in members else {}
        for used in _used(members):
            check_name(used, "identity", [*named, NOBODY])
        for identity in named.values():
            _check(identity.members(), identity)
        for one in (members, members["production"].members() if "production" in members else {}):
            _check_encryption(one, named if one is members else {})


def _check_encryption(members: Mapping[str, Spot], named: Mapping[str, Spot]) -> None:
    """A certificate is shown while a connection is encrypted, or not at all."""
    if "target" not in members or not members["target"].text.lower().startswith("http:"):
        return
    for below in (members, *(identity.members() for identity in named.values())):
        if "client_certificate" in below:
            below["client_certificate"].complain(
                "found a certificate for a target without encryption", "Write an https `target`, or leave it out."
            )


def _used(provider: Mapping[str, Spot]) -> Iterator[Spot]:
    if "lens" in provider:
        yield from (each for _, each in provider["lens"].children())
    if "identity" in provider:
        for _, binding in provider["identity"].children():
            members: Mapping[str, Any] = binding.members()
            if "use" in members:
                yield members["use"]


def _check(members: Mapping[str, Spot], identity: Spot) -> None:
    kinds = [name for name in members if name in KINDS]
    if len(kinds) > 1:
        identity.complain(f"found {len(kinds)} kinds of credentials", f"Write exactly one of {listing(KINDS)}.")
    elif not kinds and "client_certificate" not in members and members:
        identity.complain(
            "found no credentials",
            f"Write one of {listing(KINDS)} or `client_certificate`; the word `none` asks without any.",
        )
    if "oauth2" in kinds and "role" in members and members["role"].text == Role.EXPIRED:
        members["role"].complain(
            "found credentials that shall be expired and would be renewed",
            "Write the expired token itself, as `bearer: {token: ${file:PATH}}`.",
        )
