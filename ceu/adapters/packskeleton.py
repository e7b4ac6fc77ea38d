"""New rule packs to begin with: a pack, its cases and its line in the register, in which nothing is known yet.

No number is made up: every value is ``unknown`` until somebody has read it in the law.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from string import Template

from ceu.adapters.rulepacks import COVERAGE_FILE, PackError

_PACK_ID = re.compile(r"[a-z]{2}(?:-[a-z0-9]{1,3})?/[a-z0-9]+(?:-[a-z0-9]+)*")

_EXPERIENCE = """\
# $license, $jurisdiction: supervised experience before the license.
#
# Read this beside the law and put its numbers in, rule by rule, in the order of the law. A value you read in the law itself
# is verified; one that somebody reports is secondary; one that you take for lack of better is assumed, with a remark that
# says why; one that you did not find stays unknown and has no number. Conditions: ceu/rules/language.py; every key:
# ceu/rules/pack.py; a whole pack: ceu/rulepacks/us-ca/lmft.yaml.

pack: $pack
kind: experience
jurisdiction: $jurisdiction
board: The board that issues the $license # its full name
license: $license
title: Supervised experience for the $jurisdiction $license

# The first of these days that has come decides which version governs.
governed_by: [person.$governed_by, as_of]

# Where it was read. Add “as_of” (the date the copy bears) and “primary: true” (the law itself).
sources:
  law:
    title: The law, not read yet
    url: https://example.org/

# What people are asked; a label completes “missing is ...”.
facts:
  person.$governed_by:
    type: date
    label: the day the board received the application
    question: On which date did the board receive your application for the $license?
    not_yet: true
    assume: not_yet

# What the law leaves open: question, options, default, reason.
policies: {}

versions:
  - id: draft
    begins: $today # the first day the text you read is known to hold

    covers_from:
      day: $today
      sentence: Nothing of the law has been read yet, so nothing older can be measured.
      citation: not read yet
      source: [law]
      status: unknown
      as_of: $today

    # The words of the law, each with its meaning.
    definitions:
      supervision: {activity: [supervision_individual, supervision_triadic, supervision_group]}
      experience: {not: supervision}

    # Next: gates (who, where, under whom), sessions, supervision (how much, in which period), limits.

    requirements:
      - id: hours.total
        title: Supervised experience
        of: experience
        # at_least: so many hours
        noun: of supervised experience
        citation: not read yet
        source: [law]
        status: unknown
        as_of: $today
"""

_CE = """\
# $license, $jurisdiction: continuing education for the renewal.
#
# Read this beside the law and put its numbers in, rule by rule, in the order of the law. A value you read in the law itself
# is verified; one that somebody reports is secondary; one that you take for lack of better is assumed, with a remark that
# says why; one that you did not find stays unknown and has no number. Conditions: ceu/rules/language.py; every key:
# ceu/rules/pack.py; a whole pack: ceu/rulepacks/us-ca/lmft-ce.yaml.

pack: $pack
kind: ce
jurisdiction: $jurisdiction
board: The board that renews the $license # its full name
license: $license
title: Continuing education for the $jurisdiction $license

# The first of these days that has come decides which version governs.
governed_by: [person.cycle_ends, as_of]

# Next: cycle (length, ends, citation ...), once it was read how long a renewal cycle is.

# Where it was read. Add “as_of” (the date the copy bears) and “primary: true” (the law itself).
sources:
  law:
    title: The law, not read yet
    url: https://example.org/

# What people are asked; a label completes “missing is ...”. Dates of the cycle are told by the program.
facts:
  person.cycle_ends:
    type: date
    label: the last day of the renewal cycle
    question: On which day does this renewal cycle end?

# What the law leaves open: question, options, default, reason.
policies: {}

versions:
  - id: draft
    begins: $today # the first day the text you read is known to hold

    covers_from:
      day: $today
      sentence: Nothing of the law has been read yet, so nothing older can be measured.
      citation: not read yet
      source: [law]
      status: unknown
      as_of: $today

    # The words of the law, each with its meaning.
    definitions:
      education: {activity: course}

    # Next: gates (kinds, approval, the cycle), limits (online, self-study), and a requirement per topic.

    requirements:
      - id: hours.total
        title: Continuing education
        of: education
        # at_least: so many hours
        noun: of continuing education
        citation: not read yet
        source: [law]
        status: unknown
        as_of: $today
"""

_CASES = """\
# Short logs with what the rules must say of them. Put the worked examples of the law here, and for every rule two cases with
# its id as threshold: the last that counts and the first that does not. Every key: ceu/adapters/rulecases.py.

pack: $pack
as_of: $today

# What all cases share; a case says what differs.
facts:
  person: {$governed_by: $today}
entry: {day: $today}

cases:
  # Which version governs
  - name: the first day of the first version
    threshold: version
    log: [{$activity: "1:00"}]
    expect: {credited: ["1:00"]}
  - name: the day before it, for which there are no rules
    threshold: version
    facts: {person: {$governed_by: $yesterday}}
    log: [{$activity: "1:00"}]
    expect: {undetermined: "1:00"}

  # The first day that can be measured
  - name: an hour on the first day that can be measured
    threshold: coverage
    log: [{$activity: "1:00"}]
    expect: {credited: ["1:00"]}
  - name: an hour on the day before
    threshold: coverage
    log: [{day: $yesterday, $activity: "1:00"}]
    expect: {undetermined: "1:00"}

  # While the amount is not known, neither little nor much is known to be enough.
  - name: nothing, of an amount that is not known
    threshold: hours.total
    log: []
    expect: {have: {hours.total: "0:00"}, answers: {hours.total: cannot_tell}}
  - name: a day, of an amount that is not known
    threshold: hours.total
    log: [{$activity: "8:00"}]
    expect: {have: {hours.total: "8:00"}, answers: {hours.total: cannot_tell}}
"""

_REGISTER = """\
# What has been verified of these packs, when, and what is open. Every pack of the folder is listed here.

coverage:
"""

_ENTRY = """\
  - pack: $pack
    state: planned # then partly, then encoded
    verified_on: $today
    verified: []
    open:
      - "Everything: nothing of the law has been read yet."
"""


def write_skeleton(packs: Path, cases: Path, pack_id: str, today: date) -> tuple[Path, ...]:
    """Write the pack, its cases and its entry in the register; the files written.

    A pack of continuing education ends in ``-ce``. Raises PackError, before anything is written, for a name that is none
    or a file that is there.
    """
    pack_path, cases_path = packs / f"{pack_id}.yaml", cases / f"{pack_id}.yaml"
    if not _PACK_ID.fullmatch(pack_id):
        raise PackError(
            pack_path,
            1,
            f"“{pack_id}” is not the name of a pack.",
            "Write the jurisdiction and the license in small letters, like us-nv/lpc, or us-nv/lpc-ce for renewals.",
        )
    for path in (pack_path, cases_path):
        if path.exists():
            raise PackError(path, 1, "This file is there already.", "Edit it, or choose another name.")
    folder, _, name = pack_id.partition("/")
    is_ce = name.endswith("-ce")
    words = {
        "pack": pack_id,
        "jurisdiction": folder.upper(),
        "license": name.removesuffix("-ce").replace("-", " ").upper(),
        "today": today.isoformat(),
        "yesterday": (today - timedelta(days=1)).isoformat(),
        # Each license is applied for on a day of its own, so the day is asked under a name of its own.
        "governed_by": "cycle_ends"
        if is_ce
        else f"{pack_id.removeprefix('us-')}_application_received_on".replace("/", "_").replace("-", "_"),
        "activity": "course" if is_ce else "counseling",
    }
    register = pack_path.with_name(COVERAGE_FILE)
    listed = register.read_text(encoding="utf-8").rstrip("\n") + "\n" if register.exists() else _REGISTER
    _write(pack_path, _CE if is_ce else _EXPERIENCE, words)
    _write(cases_path, _CASES, words)
    register.write_text(listed + Template(_ENTRY).substitute(words), encoding="utf-8")
    return pack_path, cases_path, register


def _write(path: Path, text: str, words: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(text).substitute(words), encoding="utf-8")
