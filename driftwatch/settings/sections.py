"""How settings hang together: sections with known keys, maps with free names, lists, and a choice of sections."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, get_args

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields

from driftwatch.settings.forms import Form, Schema, Text
from driftwatch.settings.refusal import IncompleteError, RefusedError
from driftwatch.settings.spot import Spot
from driftwatch.settings.words import listing

_MISSING: Final = object()
_fields: Final = cache(fields)


class Setting(Struct, frozen=True):
    """One key of a section: its form, its sentence, its default."""

    name: str
    form: Form
    sentence: str
    default: object

    @property
    def is_required(self) -> bool:
        """Whether there is no default."""
        return self.default is _MISSING

    def schema(self) -> Schema:
        """The form's schema with the sentence and, where it helps, the default."""
        schema = {"description": self.sentence, **self.form.schema()}
        shown = None if self.is_required else self.form.show(self.default)
        return schema if shown is None or isinstance(shown, dict) else {**schema, "default": shown}


def settings_of(cls: type) -> Iterator[Setting]:
    """The keys of a section: the fields of its class that are annotated with a form and a sentence."""
    for field in _fields(cls):
        _, form, sentence = get_args(field.type)
        default: object = _MISSING
        if field.default is not NODEFAULT:
            default = field.default
        elif field.default_factory is not NODEFAULT:
            default = field.default_factory()
        yield Setting(field.name, form, sentence, default)


class Section(Struct, frozen=True):
    """A mapping whose keys are the settings of one class."""

    cls: type
    either: tuple[str, ...] = ()
    """Keys of which exactly one is written."""
    sentence: str = ""
    """What it is for, where no setting says so."""

    def schema(self) -> Schema:
        """An object that admits no other keys."""
        settings = list(settings_of(self.cls))
        remedy = f"Write keys below it, each on its own line: {listing(s.name for s in settings)}."
        schema: Schema = {
            "type": "object",
            "properties": {setting.name: setting.schema() for setting in settings},
            "additionalProperties": False,
            "errorMessage": remedy,
        }
        if required := [setting.name for setting in settings if setting.is_required]:
            schema["required"] = required
        if self.sentence:
            schema["description"] = self.sentence
        if self.either:
            schema["oneOf"] = [{"required": [name]} for name in self.either]
            schema["errorMessage"] = f"Write exactly one of {listing(self.either)} here."
        return schema

    def read(self, spot: Spot) -> Any:
        """An object of the class, with defaults for what is not written."""
        return self._fill(spot, {s.name: s.default for s in settings_of(self.cls) if not s.is_required})

    def read_over(self, spot: Spot, base: Any) -> Any:
        """An object of the class, with the values of ``base`` for what is not written; ``None`` has none."""
        if base is None:
            return self.read(spot)
        return self._fill(spot, {s.name: getattr(base, s.name) for s in settings_of(self.cls)})

    def _fill(self, spot: Spot, base: Mapping[str, object]) -> Any:
        members = spot.members()
        values = dict(base)
        for setting in settings_of(self.cls):
            if setting.name in members:
                value = attempt(setting.form, members[setting.name], base.get(setting.name, _MISSING))
                if value is not _MISSING:
                    values[setting.name] = value
            elif isinstance(setting.form, Inheriting):
                values[setting.name] = setting.form.inherited(spot)
        if any(setting.name not in values for setting in settings_of(self.cls)):
            raise IncompleteError
        return self.cls(**values)

    def show(self, value: Any) -> Any:
        """All keys, those with an empty value left out; nothing for a section that is not there."""
        if value is None:
            return None
        shown = {s.name: s.form.show(getattr(value, s.name)) for s in settings_of(self.cls)}
        return {name: part for name, part in shown.items() if part not in (None, [], {})}


class Inheriting(Struct, frozen=True):
    """A section whose defaults are what the section ``source`` at the top says: one provider may differ."""

    cls: type
    source: str

    def schema(self) -> Schema:
        """The section's own, without the defaults, which stand elsewhere."""
        schema = Section(self.cls).schema()
        for setting in schema["properties"].values():
            setting.pop("default", None)
        return schema

    def read(self, spot: Spot) -> Any:
        """The section over the one at the top."""
        return Section(self.cls).read_over(spot, self.inherited(spot))

    def inherited(self, spot: Spot) -> Any:
        """What holds where the section is not written: the one at the top, from wherever one stands."""
        general = spot.top().members().get(self.source)
        return self.cls() if general is None else Section(self.cls).read(general)

    def show(self, value: Any) -> Any:
        """What holds, wherever it was written."""
        return Section(self.cls).show(value)


class Named(Struct, frozen=True):
    """A mapping with free names, all of whose values have one form."""

    form: Form
    name: Text
    least: int = 0

    def schema(self) -> Schema:
        """An object with a rule for its names."""
        name = self.name.schema()
        schema: Schema = {
            "type": "object", "propertyNames": name, "additionalProperties": self.form.schema(),
            "errorMessage": "Write names below it, each on its own line, and `:` behind each.",
        }  # fmt: skip
        return {**schema, "minProperties": self.least} if self.least else schema

    def read(self, spot: Spot) -> dict[str, Any]:
        """The values by name."""
        values = {name: attempt(self.form, member) for name, member in spot.members().items()}
        return {name: value for name, value in values.items() if value is not _MISSING}

    def show(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """The values by name."""
        return {name: self.form.show(part) for name, part in value.items()}


class Several(Struct, frozen=True):
    """A list, all of whose items have one form."""

    form: Form
    least: int = 0

    def schema(self) -> Schema:
        """A JSON array."""
        remedy = "Write a list, each item on its own line behind `- `."
        schema: Schema = {"type": "array", "items": self.form.schema(), "errorMessage": remedy}
        return {**schema, "minItems": self.least} if self.least else schema

    def read(self, spot: Spot) -> tuple[Any, ...]:
        """The items in order."""
        values = [attempt(self.form, item) for _, item in spot.children()]
        return tuple(value for value in values if value is not _MISSING)

    def show(self, value: tuple[Any, ...]) -> list[Any]:
        """The items in order."""
        return [self.form.show(part) for part in value]


class Joining(Several, frozen=True):
    """A list that joins what holds already: what keeps from harm is never replaced by accident."""

    def read_over(self, spot: Spot, base: tuple[Any, ...]) -> tuple[Any, ...]:
        """What holds, then what is written, each once."""
        return tuple(dict.fromkeys((*base, *self.read(spot))))


class Variant(Struct, frozen=True):
    """One of several sections, named by its key; or the word that stands for none of them."""

    sections: Mapping[str, Section]
    none: str
    """The word for none of them."""
    nothing: object
    """What that word stands for."""

    def schema(self) -> Schema:
        """An object with exactly one key, or the word. ``writeOnly``: what stands here may be a secret astray."""
        remedy = f"Write `{self.none}`, or exactly one of these keys: {listing(self.sections)}."
        return {
            "type": ["object", "string"],
            "pattern": f"^{self.none}$",
            "properties": {name: section.schema() for name, section in self.sections.items()},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
            "writeOnly": True,
            "errorMessage": remedy,
        }

    def read(self, spot: Spot) -> Any:
        """The section that was chosen."""
        if isinstance(spot.plain, str):
            return self.nothing
        for name, member in spot.members().items():
            if name in self.sections:
                return self.sections[name].read(member)
        raise IncompleteError

    def show(self, value: Any) -> Any:
        """The section below its key."""
        for name, section in self.sections.items():
            if isinstance(value, section.cls):
                return {name: section.show(value)}
        return self.none


def attempt(form: Form, spot: Spot, base: Any = _MISSING) -> Any:
    """Read a value, over what holds without it; complain at its place if that fails, and say that there is none."""
    try:
        if isinstance(form, Section | Joining) and base is not _MISSING:
            return form.read_over(spot, base)
        return form.read(spot)
    except RefusedError as refused:
        spot.complain(refused.found, refused.remedy)
    except IncompleteError:
        pass
    return _MISSING
