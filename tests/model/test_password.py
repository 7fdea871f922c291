"""Hashed passwords."""

import pytest

from driftwatch.model.password import fits, hash_password, is_hash

SALT = b"0123456789abcdef"


@pytest.mark.parametrize("password", ["hunter2", "", "ünïcödé 漢字", "x" * 500, "\ud800"])
def test_a_password_fits_its_hash_and_no_other_does(password: str) -> None:
    """Whatever it is made of."""
    hashed = hash_password(password, SALT)
    assert is_hash(hashed)
    assert fits(password, hashed)
    assert not fits(password + "x", hashed)
    assert password not in hashed or not password


def test_the_salt_tells_equal_passwords_apart() -> None:
    """Two users with one password do not show it."""
    assert hash_password("hunter2", SALT) != hash_password("hunter2", SALT[::-1])


@pytest.mark.parametrize(
    "text",
    ["", "hunter2", "scrypt:14:8:1:short:short", hash_password("x", SALT).replace("14:8", "30:8"),
     hash_password("x", SALT).replace("14:8", "0:8"), hash_password("x", SALT) + "\n", "$2b$12$abcdefghijklmnopqrstuv"],
    ids=["nothing", "plain", "short", "too costly", "too cheap", "line break", "bcrypt"],
)  # fmt: skip
def test_what_is_no_hash_admits_nobody(text: str) -> None:
    """And is never computed with, whatever it would cost."""
    assert not is_hash(text)
    assert not fits("x", text)
