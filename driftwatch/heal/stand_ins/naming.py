"""What the name of a member says of its value: a secret, a person, an address, an identifier, a word of programs.

A name decides before a look does: ``Springfield`` is a city under ``city``, and a state of an order under ``status``.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

from driftwatch.model.names import is_expiry, is_identifier, is_time, words
from driftwatch.model.secret_names import is_secret_name
from driftwatch.model.shape import ITEM, unescape


class Meaning(StrEnum):
    """What the value of a member is, as far as its name tells."""

    SECRET = "secret"  # noqa: S105
    IDENTIFIER = "identifier"
    EMAIL = "e-mail"
    PHONE = "phone"
    PERSON = "person"
    """The whole name of somebody."""
    GIVEN_NAME = "given name"
    FAMILY_NAME = "family name"
    USER_NAME = "user name"
    NAME = "name"
    """Of somebody or of something: not to be told without asking."""
    COMPANY = "company"
    STREET = "street"
    CITY = "city"
    POSTAL_CODE = "postal code"
    BIRTH = "birth"
    CARD = "card"
    LAST_DIGITS = "last digits"
    NUMBER_OF_PERSON = "number of a person"
    """A number that an authority or a bank gave somebody."""
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    COORDINATES = "coordinates"
    HOST = "host"
    TIME = "time"
    EXPIRY = "expiry"
    WORD = "word"
    """One of a few words that programs choose by."""
    OTHER = "other"


def _table(meanings: Mapping[Meaning, str]) -> dict[str, Meaning]:
    return {name: meaning for meaning, names in meanings.items() for name in names.split()}


_WHOLE: Final = _table({
    Meaning.GIVEN_NAME: "firstname givenname forename fname middlename secondname",
    Meaning.FAMILY_NAME: "lastname familyname surname lname maidenname",
    Meaning.PERSON: "fullname realname legalname cardholder cardholdername holdername accountholder accountholdername"
    " displayname",
    Meaning.USER_NAME: "username userlogin login loginname nickname nick handle screenname preferredusername useralias",
    Meaning.COMPANY: "companyname company organization organisation organizationname organisationname employer"
    " businessname",
    Meaning.PHONE: "phonenumber mobilenumber telephonenumber faxnumber cellphone telno phoneno",
    Meaning.STREET: "street streetname streetaddress line1 line2 address1 address2 addressline1 addressline2"
    " addressline",
    Meaning.CITY: "city cityname town village suburb locality placeofbirth birthplace",
    Meaning.POSTAL_CODE: "zip zipcode postcode postalcode plz",
    Meaning.BIRTH: "birthdate dateofbirth dob birthday birth born bornon bornat birthyear yearofbirth",
    Meaning.CARD: "pan cardnumber ccnumber creditcard creditcardnumber primaryaccountnumber",
    Meaning.LAST_DIGITS: "last4 lastfour lastdigits last4digits",
    Meaning.NUMBER_OF_PERSON: "ssn socialsecuritynumber nationalid nationalidnumber taxid taxnumber tin vatid vatnumber"
    " passport passportnumber iban accountnumber routingnumber sortcode driverlicense licensenumber insurancenumber"
    " bankaccount",
    Meaning.SECRET: "cvc cvv cvc2 cvv2 pin pincode otp privatekey accesskey apikey sessionid session jwt csrf hmac"
    " passphrase credential credentials webhooksecret signingkey encryptionkey authkey bearer"
    " clientassertion",
    Meaning.HOST: "host hostname domain domainname fqdn server servername",
    Meaning.COORDINATES: "coordinates coords latlng lnglat",
    Meaning.NAME: "q search searchterm keyword keywords",
    Meaning.OTHER: "key cachekey number",
})  # fmt: skip
"""By all words of a name together, without what parts them."""

_LAST: Final = _table({
    Meaning.SECRET: "token secret password passwd passphrase signature credential credentials cvc cvv otp apikey",
    Meaning.EMAIL: "email mail emails",
    Meaning.PHONE: "phone mobile tel telephone fax msisdn cell phones",
    Meaning.STREET: "address street addr",
    Meaning.CITY: "city town",
    Meaning.POSTAL_CODE: "zip zipcode postcode plz",
    Meaning.LATITUDE: "lat latitude",
    Meaning.LONGITUDE: "lng lon longitude",
    Meaning.BIRTH: "dob birthdate birthday",
    Meaning.NUMBER_OF_PERSON: "ssn iban passport",
    Meaning.HOST: "host hostname domain",
    Meaning.WORD: "status state type kind category level role roles mode currency country language lang locale unit"
    " method brand code reason result event events action severity priority plan tier channel scope scopes"
    " format protocol version region timezone tz object scheme network stage phase environment env class"
    " visibility direction interval period flag color colour gender typename outcome strategy algorithm"
    " alg encoding charset mimetype rel tags tag labels permissions permission feature features capability"
    " capabilities sort order",
    Meaning.IDENTIFIER: "uuid guid uid hash digest sha sha1 sha256 md5 etag fingerprint cursor serial ref reference"
    " sku ean",
})  # fmt: skip
"""By the last word of a name."""

_PERSONS: Final = frozenset({
    "customer", "user", "owner", "author", "contact", "employee", "patient", "recipient", "sender", "buyer",
    "seller", "member", "payer", "payee", "person", "people", "assignee", "reviewer", "creator", "editor",
    "driver", "student", "teacher", "guest", "subscriber", "beneficiary", "applicant", "tenant", "manager",
    "customers", "users", "owners", "authors", "contacts", "employees", "patients", "recipients", "members",
    "persons", "profile", "billing", "shipping", "shipto", "billto", "createdby", "updatedby", "modifiedby",
    "agent", "doctor", "client", "holder", "attendee", "passenger", "traveler", "traveller", "representative",
    "signer", "approver", "requester", "reporter", "me", "lead", "friend", "friends", "parent", "child", "spouse",
})  # fmt: skip
"""Who is a person, as the name of a parent or as the word before ``name``."""

_ORDERS: Final = frozenset({"order", "ordered", "sort", "sorted", "group", "grouped", "filter", "filtered"})
_SECRETIVE: Final = re.compile(r"(?i)passw|secret|private_?key|api[-_]?key|access_?key")
_NAMES: Final = 4_096


@lru_cache(maxsize=_NAMES)
def meaning(path: str) -> Meaning:
    """What the value at a place is, by the names that lead there (a JSON Pointer with ``*`` for items)."""
    named = [unescape(step) for step in path.split("/")[1:] if step != ITEM]
    name = named[-1] if named else ""
    parts = words(name)
    together = "".join(parts)
    if not parts:
        return Meaning.SECRET if is_secret_name(name) else Meaning.OTHER
    found = _WHOLE.get(together) or _of_person(parts, words(named[-2]) if len(named) > 1 else ()) or _by_end(parts)
    if found is not None:
        return found
    if is_secret_name(name) or _is_secretive(name, parts):
        return Meaning.SECRET
    return _LAST.get(parts[-1]) or _by_habit(name)


def _is_secretive(name: str, parts: tuple[str, ...]) -> bool:
    """``db_password_hash``, but neither ``token_type`` nor ``password_changed_at``."""
    return _SECRETIVE.search(name) is not None and _LAST.get(parts[-1]) is not Meaning.WORD and not is_time(name)


def _of_person(parts: tuple[str, ...], parent: tuple[str, ...]) -> Meaning | None:
    if parts[-1] in ("name", "names"):
        before = parts[-2:-1] or parent[-1:]
        return Meaning.PERSON if _PERSONS.intersection((*before, "".join(parts[:-1]))) else Meaning.NAME
    if parts[-1] in _PERSONS or "".join(parts) in _PERSONS:
        return Meaning.PERSON
    return None


def _by_end(parts: tuple[str, ...]) -> Meaning | None:
    """``billing_first_name`` is a first name, ``closed_by`` somebody."""
    if parts[-1] == "by" and not _ORDERS.intersection(parts):
        return Meaning.PERSON
    ends = (_WHOLE.get("".join(parts[start:])) for start in range(1, len(parts)))
    return next((found for found in ends if found is not None and found is not Meaning.OTHER), None)


def _by_habit(name: str) -> Meaning:
    if is_expiry(name):
        return Meaning.EXPIRY
    if is_time(name):
        return Meaning.TIME
    return Meaning.IDENTIFIER if is_identifier(name) else Meaning.OTHER
