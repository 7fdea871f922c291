"""A secret is not printed, whatever one does with it."""

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pprint import pformat
from string import Template
from typing import Final

import pytest

from driftwatch.model.secret import MASK, Secret

VALUE: Final = "correct-horse-battery-staple"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who holds one."""

    user: str
    password: Secret


WAYS: Final[dict[str, Callable[[Secret], str]]] = {
    "repr": repr,
    "str": str,
    "ascii": ascii,
    "format": format,
    "format with a width": lambda secret: format(secret, ">40"),
    "f-string": lambda secret: f"the {secret}",
    "f-string with repr": lambda secret: f"{secret!r}",
    "f-string with a precision": lambda secret: f"{secret:.4}",
    "percent": lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  # this way too
    "str.format": "{0} {0!r}".format,
    "template": lambda secret: Template("$x").substitute(x=secret),
    "a list": lambda secret: str([secret]),
    "a dictionary": lambda secret: str({"password": secret, secret: 1}),
    "a dataclass": lambda secret: repr(Login("ann", secret)),
    "pprint": lambda secret: pformat({"login": Login("ann", secret)}),
    "an exception": lambda secret: str(ValueError("refused", secret)),
    "a traceback": lambda secret: "".join(traceback.format_exception(RuntimeError(secret))),
    "its hash": lambda secret: str(hash(secret)),
    "its members": lambda secret: str(dir(secret)),
    "json with str": lambda secret: json.dumps({"password": secret}, default=str),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_way_of_printing_shows_it(way: Callable[[Secret], str]) -> None:
    """The value and its beginning stay unseen."""
    assert VALUE[:4] not in way(Secret(VALUE))


def test_a_mask_stands_in_its_place() -> None:
    """The mask is the same for every value, so that not even the length is told."""
    assert repr(Secret("")) == repr(Secret(VALUE)) == str(Secret("x" * 99)) == MASK


def test_json_refuses_it() -> None:
    """It is no text: an encoder that is not told otherwise stops."""
    with pytest.raises(TypeError) as caught:
        json.dumps({"password": Secret(VALUE)})
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_refuses_it(protocol: int) -> None:
    """It goes neither to another process nor to a file."""
    with pytest.raises(TypeError, match="not pickled") as caught:
        pickle.dumps(Login("ann", Secret(VALUE)), protocol)
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_copies_are_refused_without_showing_it(duplicate: Callable[[Secret], Secret]) -> None:
    """Copying uses what pickling uses; there is never a need for two."""
    with pytest.raises(TypeError) as caught:
        duplicate(Secret(VALUE))
    assert VALUE not in str(caught.value)


def test_it_has_no_dictionary_to_look_into() -> None:
    """Tools that print an object's attributes find none."""
    assert not hasattr(Secret(VALUE), "__dict__")
    with pytest.raises(TypeError):
        vars(Secret(VALUE))


def test_only_reveal_gives_it_away() -> None:
    """The wire gets the value itself."""
    assert Secret(VALUE).reveal() == VALUE


def test_equal_secrets_are_equal() -> None:
    """Settings that hold them can be compared, and text is never a secret."""
    assert Secret(VALUE) == Secret(VALUE)
    assert hash(Secret(VALUE)) == hash(Secret(VALUE))
    assert Secret(VALUE) != Secret("other")
    assert Secret(VALUE) != VALUE
