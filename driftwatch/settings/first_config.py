"""The text of a first config: what was found in a folder, with a placeholder where only a person knows the answer."""

import re
import textwrap
from collections.abc import Sequence
from typing import Final

from driftwatch.model.proposal import Proposal, ProposedProvider
from driftwatch.settings.show import quoted
from driftwatch.settings.target import PLACEHOLDER
from driftwatch.settings.words import quote

_WIDTH: Final = 116
_PLAIN: Final = re.compile(r"(?:\.{1,2}(?:/|$))*[A-Za-z_][A-Za-z0-9_./-]*|\.{1,2}(?:/\.\.)*")
"""Paths that no reader of YAML takes for anything else: not a number, nor one of its words."""
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_NAMED_HOSTS: Final = 3
_NAMED_FILES: Final = 10

_HEAD: Final = """\
What driftwatch found in {folder}; written by `driftwatch init`, yours from now on.

To do: fill in each `target`, the base URL of the real service, as a rule its staging. Targets and credentials come
from this file alone, never from a mock. Then:

    driftwatch config check    tells what is missing or wrong, with its line
    driftwatch mocks           lists every mock, whether it would be sent, and if not why
    driftwatch audit           asks the services and reports where the mocks are wrong; only GET, HEAD and OPTIONS

Providers may be renamed, joined and split at will. Relative paths start at the folder of this file.
`driftwatch config schema` describes every setting, for your editor.
"""
_TAIL: Final = """\
What holds for all providers; these are the defaults.
probing:
  # How often each request is sent in one run.
  samples: 3
  # Requests per second to one host, at most.
  rate: 10
  # Requests that are never sent, as method and path glob.
  never: []

policy:
  # The lowest severity with which an audit ends with exit code 1; `never` for a job that only reports.
  fail_on: breaking
"""


def first_config(proposal: Proposal, below: str, folder: str) -> str:
    """The whole text, ending in a newline; it loads as soon as each placeholder is replaced.

    ``below`` leads from the config's folder to the one that was looked through (empty if they are one), ``folder``
    names that one to a person.
    """
    lines = [*_comment(_HEAD.format(folder=quote(folder))), ""]
    if proposal.left_out:
        lines += [*_comment(_left_out(proposal.left_out, below)), ""]
    lines.append("providers:")
    for provider in proposal.providers:
        lines += [*(f"  {line}" if line else "" for line in _provider(provider, below)), ""]
    return "\n".join([*lines, *_comment(_TAIL)]) + "\n"


def _provider(provider: ProposedProvider, below: str) -> list[str]:
    return [
        *_comment(_found(provider)),
        f"{_scalar(provider.name)}:",
        *(f"  {line}" for line in _mocks(provider, below)),
        *(f"  {line}" for line in _comment(_hint(provider.hosts))),
        f"  target: {PLACEHOLDER}",
        *(f"  {line}" for line in _comment(_AUTH.format(variable=_variable(provider.name)))),
    ]


_AUTH: Final = """\
If it asks for credentials, refer to them, here to an environment variable:
auth:
  bearer:
    token: ${{env:{variable}}}
"""


def _mocks(provider: ProposedProvider, below: str) -> list[str]:
    paths = [_scalar(_path(below, path)) for path in provider.mocks]
    return [f"mocks: {paths[0]}"] if len(paths) == 1 else ["mocks:", *(f"  - {path}" for path in paths)]


def _found(provider: ProposedProvider) -> str:
    formats = ", ".join(f"{name} {number}" for name, number in provider.formats)
    return f"{_count(provider.interactions, 'interaction')} in {_count(provider.files, 'file')} ({formats})."


def _left_out(files: Sequence[str], below: str) -> str:
    """What an audit by this config would not even miss."""
    named = [f"    {quote(_path(below, file))}" for file in files[:_NAMED_FILES]]
    more = [f"    and {len(files) - _NAMED_FILES} more"] if len(files) > _NAMED_FILES else []
    return "\n".join(
        ["Could not be read, and belongs to no provider below until it is mended and added:", *named, *more]
    )


def _path(below: str, path: str) -> str:
    return "/".join(filter(None, (below, path))) or "."


def _hint(hosts: Sequence[str]) -> str:
    """Whom the mocks speak of: it helps to remember which service is meant, and is often its production."""
    if not hosts:
        return ""
    named = ", ".join(hosts[:_NAMED_HOSTS]) + (f" and {len(hosts) - _NAMED_HOSTS} more" * (len(hosts) > _NAMED_HOSTS))
    if len(hosts) == 1:
        return f"The mocks name {named}, which may be production: do not copy it unread."
    return (
        f"The mocks name {named}. A provider has one target: if these are several services, divide the mocks "
        "among several providers. Some may be production: do not copy them unread."
    )


def _comment(text: str) -> list[str]:
    """Each line behind its sign; a long one goes on in the next."""
    lines = []
    for line in text.splitlines():
        lines += [line] if line.startswith(" ") else textwrap.wrap(line, _WIDTH) or [""]
    return [f"# {line}".rstrip() for line in lines]


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def _variable(provider: str) -> str:
    """The name of an environment variable (POSIX, 8.1: no digit in front) for its token."""
    name = re.sub(r"[^A-Z0-9]+", "_", provider.upper()).strip("_")
    return f"{'_' if name[:1].isdigit() else ''}{name}_TOKEN"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
