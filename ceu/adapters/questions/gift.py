"""GIFT, Moodle's plain-text format of questions: read and written.

A blank line ends a question; ``//`` begins a comment; ``::name::``, ``[markdown]``, and in braces the answers. Format
described by Moodle (docs.moodle.org, "GIFT format") and its examples. GIFT says nothing of objectives, weights or several
blanks in one text; what it cannot say of a question that it can express travels in a comment (see ``echo``), and the kinds
that it cannot express at all are listed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ceu.adapters.questions.echo import echo_of, heard
from ceu.adapters.questions.imported import (
    Collector,
    Imported,
    Remark,
    Unreadable,
    decimal,
    decoded,
    from_either,
    from_html,
    from_plain,
    letter,
    marked,
    plain_text_of,
    shortened,
    snapped,
)
from ceu.questions.model import Choice, Matching, Numeric, NumericAnswer, Question, ShortText, TrueFalse

BLANK = "\\_\\_\\_\\_\\_"
"""What stands for the answers when they are in the middle of a sentence."""

_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_SPELLED = "\\:#={}~n"
_HIDDEN = "\x01\x02\x03\x04\x05\x06\x07\x08"  # no file has these: ``decoded`` takes control characters out
_HIDE = dict(zip(_SPELLED, _HIDDEN, strict=True))
_SHOW = str.maketrans(dict(zip(_HIDDEN, [*_SPELLED[:-1], "\n"], strict=True)))
_TO_ESCAPE = re.compile(r"[\\:#={}~]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d*)?)%")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")
_LABELS = re.compile(r"\[(id|tag):((?:[^\]\\]|\\.)*)\]")
_RANGE = re.compile(r"(.+?)\.\.(.+)")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_CATEGORY = "$CATEGORY:"

_READERS: dict[str, Callable[[str], str]] = {
    "html": from_html,
    "markdown": str.strip,
    "plain": from_plain,
    "moodle": from_either,
}


@dataclass(frozen=True)
class _Block:
    """The lines of one question: where it begins, its comments, and its words."""

    line: int
    comments: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class _Texts:
    """Reads the texts of one question: in its format, unless they begin with another."""

    format: str

    def markdown(self, text: str) -> str:
        match = _FORMAT.match(text.strip())
        kind, rest = (match[1], text.strip()[match.end() :]) if match else (self.format, text)
        return _READERS[kind](rest.translate(_SHOW))

    def plain(self, text: str) -> str:
        match = _FORMAT.match(text.strip())
        kind, rest = (match[1], text.strip()[match.end() :]) if match else (self.format, text)
        shown = rest.translate(_SHOW)
        return plain_text_of(shown) if kind in {"html", "moodle"} else " ".join(shown.split())


def read_gift(data: bytes) -> Imported:
    """The questions of a GIFT file. Raises DomainError when it is no text or holds no question."""
    collector, category = Collector(), ""
    for block in _blocks(decoded(data)):
        if block.words.startswith(_CATEGORY):
            category = _category(block.words)
            continue
        place, name = f"line {block.line}", _name_of(block.words)
        echoes = (heard(comment, block.words, _words) for comment in block.comments)
        echo = next((question for question in echoes if question), None)
        try:
            found = echo.model_dump(mode="json", exclude_defaults=True) if echo else _read(block, category)
        except Unreadable as error:
            collector.refuse(place, name, str(error))
        else:
            collector.add(place, name, {"kind": echo.kind, **found} if echo else found)
    return collector.done()


def _blocks(text: str) -> Iterator[_Block]:
    """Questions are divided by blank lines; a category's line stands for itself."""
    comments: list[str] = []
    words: list[str] = []
    begins = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        ends = not stripped or stripped.startswith(_CATEGORY)
        if ends and words:
            yield _Block(begins, tuple(comments), "\n".join(words).strip())
            words, comments = [], []
        if stripped.startswith("//"):
            comments.append(stripped.lstrip("/").strip())
        elif stripped.startswith(_CATEGORY):
            yield _Block(number, (), stripped)
        elif stripped:
            begins = begins if words else number
            words.append(line)


def _category(words: str) -> str:
    """The last part of a category's path: ``$course$/top/Ethics`` is Ethics."""
    parts = [part.strip() for part in words.removeprefix(_CATEGORY).split("/")]
    named = [part for part in parts if part and not part.startswith("$") and part != "top"]
    return named[-1] if named else ""


def _name_of(words: str) -> str:
    hidden = _ESCAPED.sub(lambda match: _HIDE[match[1]], words)
    match = re.match(r"::(.*?)::", hidden, re.DOTALL)
    named = match[1] if match else _FORMAT.sub("", hidden.partition("{")[0])
    return shortened(named.translate(_SHOW)) or "Question"


def _read(block: _Block, category: str) -> dict[str, Any]:
    hidden = _ESCAPED.sub(lambda match: _HIDE[match[1]], block.words)
    named = re.match(r"::(.*?)::", hidden, re.DOTALL)
    body = hidden[named.end() :].strip() if named else hidden
    before, brace, rest = body.partition("{")
    inside, closing, after = rest.partition("}")
    if not brace and "}" not in body:
        raise Unreadable("It has no answers in braces: a description, and no question.")
    if not brace or not closing or "}" in before:
        raise Unreadable("Its braces do not match. Close them, and write braces in a text as \\{ and \\}.")
    if "{" in after or "}" in after or "{" in inside:
        raise Unreadable("It has more than one pair of braces. Make a question of each.")
    match = _FORMAT.match(before)
    texts = _Texts(match[1] if match else "moodle")
    stem = texts.markdown(before) + (f" {BLANK} {texts.markdown(after)}" if after.strip() else "")
    answers, _, feedback = inside.strip().partition("####")
    labels = [
        (kind, re.sub(r"\\(.)", r"\1", text))
        for comment in block.comments
        for kind, text in _LABELS.findall(comment)
    ]
    return {
        **_answers(answers.strip(), texts),
        "id": next((text for kind, text in labels if kind == "id"), ""),
        "name": " ".join(named[1].translate(_SHOW).split()) if named else "",
        "stem": stem.strip(),
        "feedback": texts.markdown(feedback),
        "tags": [text for kind, text in labels if kind == "tag"] or [category] * bool(category),
    }


def _answers(inside: str, texts: _Texts) -> dict[str, Any]:
    if not inside:
        raise Unreadable("It is an essay, which a person would have to read. Give it answers in its braces.")
    if inside.startswith("#"):
        return _numeric(inside[1:].strip(), texts)
    if "~" in inside:
        return _choice(inside, texts)
    if "=" in inside and "->" in inside:
        return _matching(inside, texts)
    truth, *feedback = inside.split("#")
    if truth.strip().upper() in _TRUTH:
        return _true_false(_TRUTH[truth.strip().upper()], feedback, texts)
    return _short_text(inside, texts)


def _weighed(answer: str, otherwise: Fraction) -> tuple[Fraction, str]:
    """The fraction of an answer and the rest of it."""
    match = _WEIGHT.match(answer.strip())
    if not match:
        return otherwise, answer
    return snapped(match[1]), answer.strip()[match.end() :]


def _choice(inside: str, texts: _Texts) -> dict[str, Any]:
    single = "=" in inside
    options = []
    for place, part in enumerate(filter(str.strip, inside.replace("=", "~=").split("~"))):
        right = part.strip().startswith("=")
        fraction, rest = _weighed(part.strip().removeprefix("="), Fraction(right))
        text, _, feedback = rest.partition("#")
        options.append(
            {
                "id": letter(place),
                "text": texts.markdown(text),
                "feedback": texts.markdown(feedback),
                **marked(fraction, several=not single),
            }
        )
    return {"kind": "choice", "several": not single, "options": options}


def _true_false(answer: bool, feedback: Sequence[str], texts: _Texts) -> dict[str, Any]:
    """After the first ``#`` stands what is said to a wrong answer, after the second to the right one."""
    wrong, right = (texts.markdown(part) for part in [*feedback, "", ""][:2])
    return {
        "kind": "true_false",
        "answer": answer,
        "if_true": right if answer else wrong,
        "if_false": wrong if answer else right,
    }


def _parts(inside: str) -> list[str]:
    return [part for part in inside.split("=") if part.strip()]


def _short_text(inside: str, texts: _Texts) -> dict[str, Any]:
    answers = []
    for part in _parts(inside):
        fraction, rest = _weighed(part, Fraction(1))
        text, _, feedback = rest.partition("#")
        answers.append(
            {"pattern": texts.plain(text), "fraction": str(fraction), "feedback": texts.markdown(feedback)}
        )
    return {"kind": "short_text", "answers": answers}


def _matching(inside: str, texts: _Texts) -> dict[str, Any]:
    prompts: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    for place, part in enumerate(_parts(inside), 1):
        prompt, arrow, target = part.partition("->")
        if not arrow:
            raise Unreadable(f"“{shortened(part)}” has no arrow (->) to what it is matched with.")
        text = texts.markdown(target)
        match = targets.setdefault(text, f"t{len(targets) + 1}")
        if prompt.strip():
            prompts.append({"id": f"p{place}", "text": texts.markdown(prompt), "match": match})
    return {
        "kind": "matching",
        "prompts": prompts,
        "targets": [{"id": key, "text": text} for text, key in targets.items()],
    }


def _numeric(inside: str, texts: _Texts) -> dict[str, Any]:
    answers = []
    for part in _parts(inside):
        fraction, rest = _weighed(part, Fraction(1))
        number, _, feedback = rest.partition("#")
        answers.append(
            {**_number(number.strip()), "fraction": str(fraction), "feedback": texts.markdown(feedback)}
        )
    return {"kind": "numeric", "answers": answers}


def _number(text: str) -> dict[str, str]:
    if text == "*":
        return {}
    if match := _RANGE.fullmatch(text):
        return {"low": match[1].strip(), "high": match[2].strip()}
    value, _, tolerance = text.partition(":")
    return {"value": value.strip(), "tolerance": tolerance.strip() or "0"}


def write_gift(questions: Sequence[Question]) -> tuple[str, list[Remark]]:
    """A GIFT file of the questions, and those that GIFT cannot express."""
    written, unwritten = [], []
    for number, question in enumerate(questions, 1):
        if not isinstance(question, _EXPRESSIBLE):
            unwritten.append(Remark(f"question {number}", question.name or question.id, _NOT_IN_GIFT))
            continue
        plain = _commented(question, echo="")
        alone = read_gift(plain.encode()).questions
        written.append(plain if alone == (question,) else _commented(question, echo_of(question)))
    return "\n\n".join(written) + "\n", unwritten


_EXPRESSIBLE = (Choice, TrueFalse, ShortText, Numeric, Matching)
_NOT_IN_GIFT = "GIFT cannot express this kind of question. Export it as Moodle XML or QTI."


def _commented(question: Question, echo: str) -> str:
    labels = [("id", question.id), *(("tag", tag) for tag in question.tags)]
    comment = " ".join(f"[{kind}:{_label(text)}]" for kind, text in labels)
    return "\n".join(
        line for line in (f"// {comment}", f"// {echo}" if echo else "", _words(question)) if line
    )


def _label(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", " ".join(text.split()))


def _words(question: Question) -> str:
    """The question in GIFT's own words."""
    name = f"::{_text(question.name)}::" if question.name else ""
    feedback = f"\n####{_text(question.feedback)}" if question.feedback else ""
    return f"{name}[markdown]{_text(question.stem)} {{{_answers_of(question)}{feedback}\n}}"


def _answers_of(question: Question) -> str:
    match question:
        case Choice():
            lines = [
                f"{_sign(question, question.fraction_of(option))}{_text(option.text)}{_said(option.feedback)}"
                for option in question.options
            ]
        case TrueFalse():
            right, wrong = question.if_true, question.if_false
            if not question.answer:
                right, wrong = wrong, right
            both = f"#{_text(wrong)}#{_text(right)}" if right or wrong else ""
            return f"{'TRUE' if question.answer else 'FALSE'}{both}"
        case ShortText():
            lines = [
                f"={_percent(answer.fraction)}{_text(answer.pattern)}{_said(answer.feedback)}"
                for answer in question.answers
            ]
        case Numeric():
            lines = [
                f"={_percent(answer.fraction)}{_number_text(answer)}{_said(answer.feedback)}"
                for answer in question.answers
            ]
            return "#" + "".join(f"\n\t{line}" for line in lines)
        case Matching():
            lines = _pairs(question)
        case _:
            raise AssertionError(question.kind)
    return "".join(f"\n\t{line}" for line in lines)


def _sign(question: Choice, fraction: Fraction) -> str:
    if not question.several and fraction in {0, 1}:
        return "=" if fraction else "~"
    return f"~%{decimal(fraction * 100, 5)}%"


def _percent(fraction: Fraction) -> str:
    return "" if fraction == 1 else f"%{decimal(fraction * 100, 5)}%"


def _said(feedback: str) -> str:
    return f"#{_text(feedback)}" if feedback else ""


def _number_text(answer: NumericAnswer) -> str:
    if answer.value is not None:
        return f"{decimal(answer.value)}:{decimal(answer.tolerance)}"
    if answer.low is not None and answer.high is not None:
        return f"{decimal(answer.low)}..{decimal(answer.high)}"
    return "*"


def _pairs(question: Matching) -> list[str]:
    texts = {target.id: target.text for target in question.targets}
    used = {prompt.match for prompt in question.prompts}
    pairs = [f"={_text(prompt.text)} -> {_text(texts[prompt.match])}" for prompt in question.prompts]
    return pairs + [f"= -> {_text(target.text)}" for target in question.targets if target.id not in used]


def _text(text: str) -> str:
    """A text with GIFT's signs escaped, on one line."""
    return _TO_ESCAPE.sub(lambda match: f"\\{match[0]}", text).replace("\n", "\\n")
