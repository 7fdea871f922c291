"""What reports call a test, by the name that its runner gives it.

pytest makes the one of the other by ``mangle_test_address`` (pytest 9, ``_pytest/junitxml.py``), whatever its import
mode: ``tests/test_a.py::TestB::test_c[d::e]`` becomes the class ``tests.test_a.TestB`` and the name ``test_c[d::e]``.
JUnit's own names (``com.acme.OrdersTest#pays``) stand in Surefire's reports as class and name, the latter with ``()``
in JUnit 5 (Gradle) or without (Maven).
"""

import re
from typing import Final

from driftwatch.checkout.junit import LONGEST

_NOT_XML: Final = re.compile("[^\x09\x0a\x0d\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What pytest does not write into XML as it is (``bin_xml_escape``; XML 1.0, 2.2)."""


def file_of(test: str) -> str:
    """The file that a test of pytest's stands in, below its root directory; empty for other names."""
    file, separator, _ = test.partition("::")
    return file if separator and "." in file.rpartition("/")[2] else ""


def names_of(test: str) -> tuple[str, ...]:
    """What a report may call a test, the surest first."""
    if file_of(test):
        return tuple(dict.fromkeys((_pytest(test), _pytest_before_9_2(test))))
    place, separator, name = test.rpartition("#")
    if separator and place:
        plain = name.removesuffix("()")
        return tuple(_joined(place, one) for one in dict.fromkeys((name, plain, f"{plain}()")))
    return (test[:LONGEST],)


def holders_of(test: str) -> tuple[str, ...]:
    """What a report calls the file of a pytest test, and its classes, where these could not be loaded."""
    file = file_of(test)
    names = test.removeprefix(f"{file}::").partition("[")[0].split("::")
    parts = (file, *names[:-1])
    return tuple(_pytest("::".join(parts[: number + 1])) for number in range(len(parts))) if file else ()


def _pytest(test: str) -> str:
    file, _, rest = test.partition("::")
    path, bracket, parameters = rest.partition("[")
    names = [_dotted(file), *(path.split("::") if path else ())]
    return _joined(".".join(names[:-1]), _escaped(names[-1] + bracket + parameters))


def _pytest_before_9_2(test: str) -> str:
    """A bracket in the name of a file was taken for parameters."""
    path, bracket, parameters = test.partition("[")
    file, *names = path.split("::")
    names = [_dotted(file), *names]
    return _joined(".".join(names[:-1]), _escaped(names[-1] + bracket + parameters))


def _dotted(file: str) -> str:
    return file.replace("/", ".").removesuffix(".py")


def _joined(place: str, name: str) -> str:
    """As ``read_reports`` joins them."""
    return (f"{place}::{name}" if place and place != name else name)[:LONGEST]


def _escaped(name: str) -> str:
    return _NOT_XML.sub(_told, name)


def _told(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"#x{code:02X}" if code <= 0xFF else f"#x{code:04X}"
