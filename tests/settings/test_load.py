"""Loading: what the fixtures cannot show by text alone."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from driftwatch.model.errors import SettingsError
from driftwatch.settings.credentials import ApiKeyAuth, BasicAuth, BearerAuth, NoAuth
from driftwatch.settings.load import load
from driftwatch.settings.opening import SIZE_LIMIT
from driftwatch.settings.schema import settings_schema
from driftwatch.settings.tree import Settings
from tests.settings.gold import ENVIRONMENT, FOLDER

SAMPLE = (FOLDER.parent.parent / "config" / "driftwatch.yaml").read_bytes()


def good(name: str) -> Settings:
    """The settings of a good config."""
    return load(FOLDER / "good" / f"{name}.yaml", ENVIRONMENT)


def test_texts_stay_as_written() -> None:
    """What YAML 1.1 takes for truths, octal numbers, dates and times are the texts they look like."""
    assert good("texts-that-yaml-1.1-mistakes").providers["payments"].known_values() == {
        "country": "no", "zip": "010", "day": "2026-01-01", "hour": "12:30", "version": "1.10", "count": "1_000",
        "on": "yes", "hex": "0x1F", "big": "123456789012345678901234567890",
    }  # fmt: skip


def test_units_are_counted_out() -> None:
    """Sizes become bytes, durations seconds."""
    loaded = good("amounts-with-units")
    timeout = loaded.probing.timeout
    assert (loaded.probing.spacing_seconds, timeout.connect, timeout.read, timeout.total) == (1.5, 0.5, 60.0, 90.0)
    assert (loaded.probing.body_limit, loaded.limits.file_size) == (500_000, 1_572_864)


def test_provider_inherits_what_it_does_not_write() -> None:
    """What stands at the top holds for every provider; what keeps from harm is joined, never replaced."""
    loaded = good("provider-differs")
    plain, other = loaded.providers["plain"].probing, loaded.providers["other"].probing
    assert (plain.samples, plain.timeout.connect, plain.never) == (4, 1.0, ("* /admin/*",))
    assert (other.samples, other.timeout.connect, other.timeout.read) == (7, 1.0, 2.0)
    assert other.never == ("* /admin/*", "GET /export")
    assert "purge" in plain.deny_words
    assert "logout" in plain.deny_words


def test_credentials_are_looked_up() -> None:
    """References lead to environment and files; the line break at the end of a file is no part of the secret."""
    providers = good("credentials-of-every-kind").providers
    basic, alone, bearer = (providers[name].auth for name in ("basic", "key-as-user", "bearer"))
    assert providers["none"].auth == NoAuth()
    assert isinstance(basic, BasicAuth)
    assert isinstance(alone, BasicAuth)
    assert isinstance(bearer, BearerAuth)
    assert basic.username.secret.reveal() == "env-token-value"
    assert basic.password is not None
    assert basic.password.secret.reveal() == "file-token-value"
    assert alone.password is None
    assert bearer.token.secret.reveal() == "file-token-value"


def test_api_key_travels_in_one_place() -> None:
    """The name of header or query parameter is set, the other one is empty."""
    providers = good("credentials-of-every-kind").providers
    header, query = providers["header"].auth, providers["query"].auth
    assert isinstance(header, ApiKeyAuth)
    assert isinstance(query, ApiKeyAuth)
    assert (header.header, header.query) == ("X-Api-Key", "")
    assert (query.header, query.query) == ("", "appid")
    assert query.value.secret.reveal() == "env-token-value"


def test_headers_mix_text_and_references() -> None:
    """A reference may be a part of a header; a number is the text it is written as."""
    headers = good("credentials-of-every-kind").providers["query"].headers
    assert headers["Authorization"].secret.reveal() == "Bearer env-token-value"
    assert headers["X-Audit"].secret.reveal() == "1.10"


def test_paths_start_at_the_config() -> None:
    """Globs and relative paths lead from the config's folder to what is there, in order, whatever the cwd."""
    glob, file = good("globs").providers["payments"].mocks
    found = [path.resolve() for path in glob.expand()]
    assert found == [FOLDER / "mocks" / "payments" / "payment.json"]
    assert [path.resolve() for path in file.expand()] == found


def test_authorities_are_a_file() -> None:
    """``verify`` leads to a file from the config's folder, or is ``None`` for the usual authorities."""
    providers = good("credentials-of-every-kind").providers
    trusted = providers["bearer"].verify
    assert trusted is not None
    assert trusted.path.resolve() == FOLDER / "secrets" / "authorities.pem"
    assert providers["none"].verify is None


def test_kinds_are_not_checked_when_unknown() -> None:
    """A caller that knows no kinds gets any well-formed one."""
    path = FOLDER / "bad" / "severity-of-unknown-kind.yaml"
    assert load(path, ENVIRONMENT).policy.severities[0].kind == "field-aded"


def test_missing_file_is_a_mistake(tmp_path: Path) -> None:
    """A config that is not there is named, with what to do."""
    with pytest.raises(SettingsError, match="cannot be read: no such file") as refused:
        load(tmp_path / "absent.yaml", {})
    assert refused.value.mistakes[0].where == str(tmp_path / "absent.yaml")


def test_folder_is_a_mistake(tmp_path: Path) -> None:
    """A folder in place of a config is refused kindly."""
    with pytest.raises(SettingsError, match="is a directory"):
        load(tmp_path, {})


def test_size_is_limited(tmp_path: Path) -> None:
    """A file that cannot be a config is not read to its end."""
    path = tmp_path / "mocks.yaml"
    path.write_bytes(b"#" * SIZE_LIMIT + b"\n")
    with pytest.raises(SettingsError, match="more than 1 MiB"):
        load(path, {})


def test_secret_file_is_limited(tmp_path: Path) -> None:
    """A reference to something huge is refused instead of being sent in a header."""
    (tmp_path / "huge").write_bytes(b"x" * (64 * 1024 + 1))
    config = tmp_path / "driftwatch.yaml"
    config.write_text(
        "providers:\n  a:\n    mocks: huge\n    target: http://a.example\n"
        "    auth: {bearer: {token: '${file:huge}'}}\n"
    )  # fmt: skip
    with pytest.raises(SettingsError, match="more than 64 KiB"):
        load(config, {})


def _refuses_or_loads(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)
    with contextlib.suppress(SettingsError):
        assert isinstance(load(path, ENVIRONMENT), Settings)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=80), st.text("{}[]:-&*!|>'\"%@`#?, \n\tab1\\uU0Fx~", max_size=60).map(str.encode))
)
def test_any_bytes_are_refused_kindly(tmp_path: Path, raw: bytes) -> None:
    """Whatever stands in the file, the answer is settings or mistakes, never another exception."""
    _refuses_or_loads(tmp_path / "driftwatch.yaml", raw)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    start=st.integers(0, len(SAMPLE)), length=st.integers(0, 40),
    patch=st.text("{}[]:-&*!|>'\"%@# \n\tab1\\$~/", max_size=6).map(str.encode),
)  # fmt: skip
def test_any_slip_in_the_sample_is_refused_kindly(tmp_path: Path, start: int, length: int, patch: bytes) -> None:
    """A complete config with a piece cut out or typed over gives settings or mistakes."""
    _refuses_or_loads(tmp_path / "driftwatch.yaml", SAMPLE[:start] + patch + SAMPLE[start + length :])


def test_schema_refers_to_nothing_outside() -> None:
    """There is nothing in the schema that a validator could want to fetch."""
    assert "$ref" not in str(settings_schema())


def test_start_without_config_is_light() -> None:
    """Neither PyYAML nor jsonschema is imported before a config is loaded."""
    script = (
        "import sys; from pathlib import Path\n"
        "import driftwatch.settings.load, driftwatch.settings.show, driftwatch.settings.find\n"
        "from driftwatch.settings.single import single_provider\n"
        "single_provider(Path('tests'), 'http://localhost:8080')\n"
        "sys.stdout.write(' '.join({'yaml', 'jsonschema', 'referencing'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=FOLDER.parent.parent, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
