"""Settings of consent: which requests that change a service may be sent after all, in which sandbox, and cleaned up.

Consent is given for one interaction of one provider, so it stands below the provider and is never inherited.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Struct, field

from driftwatch.model.consent import KEY_HEADER, Consent, ReadBack, Rehearsal
from driftwatch.model.journey import Capture
from driftwatch.model.json_path import JsonPathError, parse
from driftwatch.settings.credentials import HEADER_NAME
from driftwatch.settings.forms import Schema, Text, Whole, choice_of
from driftwatch.settings.refusal import RefusedError
from driftwatch.settings.sections import Named, Section, Several
from driftwatch.settings.spot import Spot
from driftwatch.settings.steps import OWN_STEPS, CaptureForm, HeaderText, StepSettings, steps_of
from driftwatch.settings.variables import VARIABLE_NAME
from driftwatch.settings.words import quote

_AUTO: Final = "auto"
_OPERATION: Final = Text(
    r"^[A-Z]+ /\S*$",
    "Write one interaction, a method in capitals and a path in which one segment may be `*`: `PUT /sandbox/orders/*`.",
)
_GET: Final = Text(r"^GET /\S*$", "Write a GET: `GET /sandbox/orders?ref={{key}}`.")
_SANDBOX: Final = Text(
    r"\S", "Write the path below which everything may be changed, such as `/sandbox`, or who agreed, in a few words."
)
_NAME: Final = Text(r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$", "Write a name of letters, digits, `_`, `.` and `-`.")
_LINE: Final = Text(r"^[ -~]*$", "Write a text on one line.", is_quoted=False)
_BODY: Final = Text(r"", "Write the body as text, JSON in quotes.")
_KEY_NAME: Final = Text(
    r"^(auto|[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})$", "Write the name of the header, or `auto` for `Idempotency-Key`."
)


class _Place(Struct, frozen=True):
    """Where in an answer something stands."""

    remedy: str

    def schema(self) -> Schema:
        """A JSONPath."""
        return {"type": "string", "maxLength": 500, "pattern": r"^\$", "errorMessage": self.remedy}

    def read(self, spot: Spot) -> str:
        """The place as written; ``RefusedError`` if it is no JSONPath that is understood."""
        try:
            parse(spot.text)
        except JsonPathError as error:
            raise RefusedError(f"found {quote(spot.text)}: {error}", self.remedy) from error
        return spot.text

    def show(self, value: str) -> str:
        """Itself."""
        return value


_COUNT: Final = _Place("Write a JSONPath such as `$.orders`.")


class DryRunSettings(Struct, frozen=True, kw_only=True):
    """The service's own switch that makes it do nothing."""

    query: Annotated[Mapping[str, str], Named(_LINE, _NAME), "As parameters of the query."] = field(
        default_factory=dict
    )
    headers: Annotated[Mapping[str, str], Named(HeaderText(), HEADER_NAME), "As headers."] = field(default_factory=dict)


class ReadBackSettings(Struct, frozen=True, kw_only=True):
    """What must be true of the service after a request was repeated: one order, one charge."""

    request: Annotated[str, _GET, "A GET with which it is read; `{{key}}` stands for the key of the requests."]
    count: Annotated[str, _COUNT, "What of its answer is counted, as JSONPath: a list, or several values."]
    equals: Annotated[int, Whole(0, 1_000_000), "How many there must be."] = 1


class ConsentSettings(Struct, frozen=True, kw_only=True):
    """One interaction that may be sent although it changes the service."""

    operation: Annotated[str, _OPERATION, "Which one: a method and a path in which one segment may be `*`."]
    sandbox: Annotated[
        str, _SANDBOX, "Where it may: the path below which everything may be changed, or who agreed, in a few words."
    ] = ""
    body: Annotated[str, _BODY, "What is sent in place of the mock's body; `{{key}}` stands for the key."] = ""
    set_up: Annotated[tuple[StepSettings, ...], OWN_STEPS, "Requests that make what it is tried on."] = ()
    capture: Annotated[
        Mapping[str, Capture], Named(CaptureForm(), VARIABLE_NAME), "What the clean-up needs of its answer, by name."
    ] = field(default_factory=dict)  # fmt: skip
    clean_up: Annotated[
        tuple[StepSettings, ...], OWN_STEPS,
        "Requests that put right again what it changed; they are sent whatever happens.",
    ] = ()  # fmt: skip
    idempotency_key: Annotated[
        str, _KEY_NAME, "The header in which the service takes an idempotency key; `auto` for `Idempotency-Key`."
    ] = ""
    dry_run: Annotated[
        DryRunSettings | None, Section(DryRunSettings), "The service's own switch that makes it do nothing."
    ] = None
    read_back: Annotated[
        tuple[ReadBackSettings, ...], Several(Section(ReadBackSettings)), "What must be true after each of `probes`."
    ] = ()
    probes: Annotated[
        tuple[Rehearsal, ...], Several(choice_of(Rehearsal)),
        "Repeat it with one key: `replay` once it is done, `parallel` at the same moment, `cut` after a lost answer.",
    ] = ()  # fmt: skip

    def consent(self) -> Consent:
        """The same in terms of the domain."""
        dry = self.dry_run or DryRunSettings()
        return Consent(
            self.operation,
            self.sandbox,
            clean_up=steps_of(self.clean_up),
            set_up=steps_of(self.set_up),
            key_header=KEY_HEADER if self.idempotency_key == _AUTO else self.idempotency_key,
            dry_query=tuple(dry.query.items()),
            dry_headers=tuple(dry.headers.items()),
            read_back=tuple(
                ReadBack(one.request.removeprefix("GET "), one.count, one.equals) for one in self.read_back
            ),
            rehearsals=tuple(dict.fromkeys(self.probes)),
            captures=tuple(self.capture.values()),
            body=self.body or None,
        )


class _Consent(Section, frozen=True):
    """The section; a consent that lacks one of its conditions is a mistake that says which."""

    def read(self, spot: Spot) -> ConsentSettings:
        """A consent that counts."""
        from driftwatch.probes.consent import lacks  # noqa: PLC0415 - few consent to anything

        settings: ConsentSettings = Section.read(self, spot)
        for sentence in lacks(settings.consent()):
            spot.complain(f"the consent to {quote(settings.operation)} does not count", sentence)
        return settings


CONSENTS: Final = Several(_Consent(ConsentSettings))
