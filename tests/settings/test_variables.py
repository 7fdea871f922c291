"""Values for variables: where they come from, which row counts, and what stays hidden."""

from pathlib import Path

import pytest

from driftwatch.model.errors import SettingsError
from driftwatch.settings.files import files_of
from driftwatch.settings.load import load
from driftwatch.settings.provider import ProviderSettings
from driftwatch.settings.show import show


def provider(folder: Path, text: str, **files: str) -> ProviderSettings:
    """A provider with these lines in its config and these files beside it, named with ``_`` for the dot."""
    (folder / "mocks").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    config = folder / "driftwatch.yaml"
    config.write_text(f"providers: {{it: {{mocks: mocks, target: 'http://h', {text}}}}}", encoding="utf-8")
    return load(config, {"ID": "from-the-environment"}).providers["it"]


def test_the_config_goes_before_the_files_and_these_in_their_order(tmp_path: Path) -> None:
    """What is written nearest to the provider counts."""
    one, two = "a,b\n1,1\n", '{"b": 2, "c": 2, "list": [1], "none": null}'
    known = provider(tmp_path, "variables: {a: x}, data: [one.csv, two.json]", one_csv=one, two_json=two).known_values()
    assert known == {"a": "x", "b": "1", "c": "2"}


@pytest.mark.parametrize(
    ("name", "content", "known"),
    [
        ("it_csv", "id,code\n,a\n7,\n8,b\n9,c\n", {"id": "8", "code": "b"}),
        ("it_csv", "id,code\n7,\n", {"id": "7"}),
        ("it_csv", '\ufeffid,text\r\n7,"a, ""b"""\r\n', {"id": "7", "text": 'a, "b"'}),
        ("it_csv", "id\n007\n", {"id": "007"}),
        ("it_json", '[{"id": 1.10, "is_open": true}]', {"id": "1.1", "is_open": "true"}),
        ("it_json", '[{"id": null}, {"id": "b"}]', {"id": "b"}),
    ],
)
def test_the_first_row_without_a_gap(name: str, content: str, known: dict[str, str], tmp_path: Path) -> None:
    """Values of one row belong together; cells of CSV are texts, scalars of JSON as JSON spells them."""
    assert provider(tmp_path, f"data: {name.replace('_', '.')}", **{name: content}).known_values() == known


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id\n" + "7" * 2000, "too long"),
        ('id\n"a\nb"\n', "more than one line"),
        (",".join(f"c{number}" for number in range(300)) + "\n1\n", "more than 200 columns"),
        ("x" * 1_100_000, "more than 1 MiB"),
        ('id\n"open', "neither CSV nor JSON"),
        ("\ufffe", "row with values"),
    ],
)
def test_a_hostile_file_is_refused(content: str, words: str, tmp_path: Path) -> None:
    """Its size, its shape and its values have limits."""
    with pytest.raises(SettingsError, match=words):
        provider(tmp_path, "data: it.csv", it_csv=content)


def test_what_is_looked_up_is_not_shown(tmp_path: Path) -> None:
    """A value from the environment or a file stands in no printed config; its file is watched."""
    given = provider(
        tmp_path, "variables: {a: 'x-${env:ID}', b: '${file:id.txt}'}, data: it.csv", it_csv="c\n3\n", id_txt="7\n"
    )
    assert given.known_values() == {"a": "x-from-the-environment", "b": "7", "c": "3"}
    config = tmp_path / "driftwatch.yaml"
    settings = load(config, {"ID": "from-the-environment"})
    assert "from-the-environment" not in show(settings) + repr(settings)
    assert {path.name for path in files_of(settings, config)} == {"driftwatch.yaml", "id.txt", "it.csv"}
