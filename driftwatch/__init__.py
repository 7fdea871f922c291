"""driftwatch tells teams when their mocks have stopped telling the truth.

The map. Data flows one way, and each room has one verb::

     mocks       probes       transport       shapes        drift         drift        reports
     read ─────► plan ──────► send ─────────► infer ──────► compare ────► judge ─────► render
     files       interactions probes          observations  shapes        differences  findings

What could not be looked at (unreadable, skipped, unreachable) travels beside the findings to the very end, so that
nothing is green because nobody looked. ``usecases/audit.py`` tells the story in one page; ``model/`` holds the nouns;
``ports/`` says what the story needs of the world; ``wiring/`` is the one place that knows every concrete class.
What a config wants beside the mocks' own questions (other identities, journeys, behaviour, production) follows in
rounds, ``usecases/rounds.py``; none of it is loaded, and nothing more is sent, where no setting asks for it.

Healing is a second road with verbs of its own (``usecases/heal.py``); it looks anew, since no answer is kept::

     drift        heal        mocks/rewriting
     findings ──► mend ─────► rewrite ──────► read again, judge again, and only then a diff, a file or a branch
     + answers    edits       splices

``mocks/homes/`` says for each format where an answer stands in its file. ``mocks/spelling/`` spells new mocks, of what
services were heard to say (``usecases/record.py``) or of what no mock shows (``usecases/gaps.py``). No value reaches a
file but through ``heal/plausible.py``.

The tests that believe the mocks are the third road. ``plugin/`` sits in a team's own run of pytest, and imports nothing
of ours there until it is asked to; elsewhere any language may write the same record (``model/use.py``)::

     plugin       mocks/uses     usecases/resolution      usecases/reliance         reports/reliance
     note ──────► read ────────► resolve ───────────────► rely ───────────────────► render
     touches      a record       the mocks they mean      what the tests are worth

Quiet rooms (model, probes, shapes, drift, heal, reports) compute; doors (mocks, checkout, transport, store, notify,
cluster, settings, daemon, web, demo, plugin, cli) touch the world.

Three things are built otherwise than one might expect, each after measuring. Nouns are ``msgspec.Struct`` and not
dataclasses: the methods of a dataclass are written out and compiled at every start, those of one audit in twice the
time that ``import requests`` takes, and each object is five times as slow to make. Requests go through requests'
prepared requests and its transport adapter, without a ``Session``: a session reads the whole body of any redirect,
remembers cookies and asks the environment at every call. And an answer in which a walk prepared from the mock meets
nothing new is never inferred at all (``usecases/judgement.py``).
"""

__version__ = "0.1.0"
