"""Flag beats variable beats file beats default; what cannot be used is named in one line."""

from pathlib import Path

import pytest

from openoutcry.address import Address
from openoutcry.errors import SettingsError
from openoutcry.settings import DemoSettings, Settings, load_settings


def test_flag_beats_variable_beats_file_beats_default(tmp_path: Path) -> None:
    config = tmp_path / "venue.toml"
    config.write_text('http = "127.0.0.1:3"\norder_rate = 30\ndatabase_url = "postgresql://file"\n')
    settings = load_settings(
        Settings,
        {"http": "127.0.0.1:1", "order_rate": None},
        config=str(config),
        environment={"OPENOUTCRY_HTTP": "127.0.0.1:2", "OPENOUTCRY_ORDER_RATE": "20"},
    )
    assert settings.http == Address("127.0.0.1", 1)
    assert settings.order_rate == 20
    assert settings.database_url == "postgresql://file"


def test_nothing_given_leaves_the_defaults() -> None:
    settings = load_settings(Settings, {}, environment={})
    assert settings == Settings()
    assert settings.http == Address("127.0.0.1", 8080)
    assert settings.order_rate == 1_000


def test_demo_and_venue_never_share_a_directory() -> None:
    assert Settings().data != DemoSettings().data


@pytest.mark.parametrize("kind", [Settings, DemoSettings])
def test_root_keeps_its_venues_outside_of_its_closed_home(
    kind: type[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    root = kind().data
    assert not root.is_relative_to(Path.home())
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert kind().data.is_relative_to(Path.home())
    assert root.name == kind().data.name


def test_file_is_named_by_variable(tmp_path: Path) -> None:
    config = tmp_path / "demo.toml"
    config.write_text("quiet = true\nseed = 7\n")
    settings = load_settings(DemoSettings, {}, environment={"OPENOUTCRY_CONFIG": str(config)})
    assert settings.quiet is True
    assert settings.seed == 7


def test_switch_can_be_taken_back_by_flag() -> None:
    settings = load_settings(
        DemoSettings, {"quiet": "False"}, environment={"OPENOUTCRY_QUIET": "1"}
    )
    assert settings.quiet is False


def test_relative_directory_becomes_absolute() -> None:
    assert load_settings(Settings, {"data": "here"}, environment={}).data == Path.cwd() / "here"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data", ""),
        ("data", "a\0b"),
        ("http", "8080"),
        ("http", "127.0.0.1:"),
        ("http", "127.0.0.1:65536"),
        ("http", "127.0.0.1:-1"),
        ("http", "127.0.0.1:٣"),
        ("http", "::1:8080"),
        ("http", ":8080"),
        ("order_rate", "0"),
        ("order_rate", "-5"),
        ("order_rate", "1e3"),
        ("order_rate", "9" * 10_000),
        ("database_url", "mysql://here"),
    ],
)
def test_malformed_setting_names_its_source_in_one_line(name: str, text: str) -> None:
    variable = "OPENOUTCRY_" + name.upper()
    with pytest.raises(SettingsError) as failure:
        load_settings(Settings, {}, environment={variable: text})
    assert str(failure.value).startswith(variable + ": expected")
    assert "\n" not in str(failure.value)


def test_database_password_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as failure:
        load_settings(Settings, {"database_url": "mysql://me:secret@here"}, environment={})
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"htp = '127.0.0.1:1'", "'htp': unknown setting"),
        (b"order_rate = 1.5", "order_rate: expected a string, a whole number or a boolean"),
        (b"order_rate = true", "order_rate: expected a whole number from 1 to 1000000"),
        (b"order_rate 5", "Expected '='"),
        (b"\xff", "decode"),
    ],
)
def test_bad_file_is_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    config = tmp_path / "venue.toml"
    config.write_bytes(content)
    with pytest.raises(SettingsError) as failure:
        load_settings(Settings, {}, config=str(config), environment={})
    assert str(failure.value).startswith(str(config))
    assert complaint in str(failure.value)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(Settings, {}, config=str(tmp_path / "none.toml"), environment={})
