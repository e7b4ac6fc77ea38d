"""Moodle XML, read and written."""

import base64
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.questions.imported import Imported
from ceu.adapters.questions.moodle_xml import read_moodle_xml, write_moodle_xml
from ceu.domain.errors import DomainError
from ceu.questions.model import (
    Choice,
    ChoiceGap,
    Cloze,
    Matching,
    Numeric,
    NumericGap,
    Ordering,
    Question,
    ShortText,
    TextGap,
    TrueFalse,
)
from tests.adapters.questions.strategies import many

PNG = b"\x89PNG\r\n\x1a\n and so on"


def read(*questions: str) -> Imported:
    return read_moodle_xml(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>{"".join(questions)}</quiz>'.encode()
    )


def one(kind: str, inside: str, text: str = "<p>Who <b>must</b>?</p>") -> Question:
    found = read(question(kind, inside, text))
    assert found.unread == ()
    return found.questions[0]


def question(kind: str, inside: str, text: str = "<p>Who <b>must</b>?</p>", name: str = "Duty") -> str:
    return f"""
  <question type="{kind}">
    <name><text>{name}</text></name>
    <questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>
    {inside}
  </question>"""


def answer(fraction: str, text: str, feedback: str = "", more: str = "") -> str:
    said = f'<feedback format="html"><text>{feedback}</text></feedback>'
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{more}{said}</answer>'


def test_one_right_choice() -> None:
    found = one(
        "multichoice",
        answer("100", "&lt;p&gt;the therapist&lt;/p&gt;", "Yes")
        + answer("0", "the client")
        + "<single>true</single><shuffleanswers>0</shuffleanswers><defaultgrade>2.0000000</defaultgrade>"
        + "<generalfeedback format='html'><text>Because.</text></generalfeedback>"
        + "<incorrectfeedback format='html'><text>No.</text></incorrectfeedback>"
        + "<idnumber>q.7</idnumber><tags><tag><text>law</text></tag></tags>",
    )
    assert isinstance(found, Choice)
    assert (found.id, found.stem, found.weight, found.feedback) == ("q.7", "Who **must**?", 2, "Because.")
    assert (found.right.text, found.right.feedback, found.shuffle, found.tags) == (
        "the therapist",
        "Yes",
        False,
        ("law",),
    )
    assert found.outcomes.wrong == "No."


def test_several_right_ones_with_thirds_and_costs() -> None:
    found = one(
        "multichoice",
        "".join(answer("33.33333", letter) for letter in "abc")
        + answer("-50", "d")
        + "<single>false</single>",
    )
    assert isinstance(found, Choice)
    assert found.several
    assert [found.fraction_of(option) for option in found.options] == [Fraction(1, 3)] * 3 + [Fraction(-1, 2)]


def test_true_or_false() -> None:
    found = one("truefalse", answer("0", "true", "Look again.") + answer("100", "false", "Right."))
    assert isinstance(found, TrueFalse)
    assert (found.answer, found.if_true, found.if_false) == (False, "Look again.", "Right.")


def test_short_answers() -> None:
    found = one("shortanswer", "<usecase>1</usecase>" + answer("100", "HIPAA*") + answer("50", "hipaa"))
    assert isinstance(found, ShortText)
    assert found.case_matters
    assert [(each.pattern, each.fraction) for each in found.answers] == [
        ("HIPAA*", 1),
        ("hipaa", Fraction(1, 2)),
    ]


def test_numbers_with_units() -> None:
    units = "".join(
        f"<unit><multiplier>{multiplier}</multiplier><unit_name>{name}</unit_name></unit>"
        for multiplier, name in (("1", "h"), ("60", "min"))
    )
    found = one(
        "numerical",
        answer("100", "1.5", more="<tolerance>0.25</tolerance>")
        + answer("0", "*", "No.")
        + f"<units>{units}</units><unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty>",
    )
    assert isinstance(found, Numeric)
    assert (found.answers[0].value, found.answers[0].tolerance) == (Fraction(3, 2), Fraction(1, 4))
    assert found.answers[1].value is None
    assert [(unit.name, unit.factor) for unit in found.units] == [("h", 1), ("min", Fraction(1, 60))]
    assert (found.unit_needed, found.unit_penalty) == (True, Fraction(1, 10))


def test_matching_with_a_distractor() -> None:
    pairs = (("Canada", "Ottawa"), ("Italy", "Rome"), ("", "Paris"))
    found = one(
        "matching",
        "".join(
            f"<subquestion format='html'><text>{prompt}</text><answer><text>{target}</text></answer></subquestion>"
            for prompt, target in pairs
        ),
    )
    assert isinstance(found, Matching)
    assert [prompt.text for prompt in found.prompts] == ["Canada", "Italy"]
    assert [target.text for target in found.targets] == ["Ottawa", "Rome", "Paris"]


def test_ordering() -> None:
    found = one(
        "ordering",
        "<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>"
        + answer("2.0", "second")
        + answer("1.0", "first")
        + answer("3.0", "third"),
    )
    assert isinstance(found, Ordering)
    assert [item.text for item in found.items] == ["first", "second", "third"]
    assert found.scoring == "next"


def test_embedded_answers() -> None:
    found = one(
        "cloze",
        "",
        "<p>{1:MULTICHOICE:California#No~=Nevada#Yes} asks for {2:NUMERICAL:=3000:10~%50%3100} hours, says "
        "{SHORTANSWER:=BBS~%50%the board}.</p>".replace("{SHORT", "{1:SHORT"),
    )
    assert isinstance(found, Cloze)
    assert found.stem == "{{g1}} asks for {{g2}} hours, says {{g3}}."
    where, many_hours, who = found.gaps
    assert isinstance(where, ChoiceGap)
    assert (where.right.text, where.right.feedback, where.options[0].feedback) == ("Nevada", "Yes", "No")
    assert isinstance(many_hours, NumericGap)
    assert (many_hours.weight, many_hours.answers[0].tolerance, many_hours.answers[1].fraction) == (
        2,
        10,
        Fraction(1, 2),
    )
    assert isinstance(who, TextGap)
    assert [each.pattern for each in who.answers] == ["BBS", "the board"]


def test_words_chosen_for_blanks() -> None:
    words = "".join(
        f"<selectoption><text>{text}</text><group>{group}</group></selectoption>"
        for text, group in (("cat", 1), ("mat", 1), ("sat", 2), ("ran", 2))
    )
    found = one("gapselect", words, "<p>The [[1]] [[3]] on the [[2]].</p>")
    assert isinstance(found, Cloze)
    assert found.stem == "The {{g1}} {{g2}} on the {{g3}}."
    chosen = [gap.right.text for gap in found.gaps if isinstance(gap, ChoiceGap)]
    assert chosen == ["cat", "sat", "mat"]


def test_categories_become_tags() -> None:
    found = read(
        "<question type='category'><category><text>$course$/top/Law/Telehealth</text></category></question>",
        question("truefalse", answer("100", "true") + answer("0", "false")),
    )
    assert found.questions[0].tags == ("Telehealth",)


def test_pictures_come_along() -> None:
    file = f'<file name="a b.png" path="/" encoding="base64">{base64.b64encode(PNG).decode()}</file>'
    body = question("truefalse", answer("100", "true") + answer("0", "false"), "<p>See</p>")
    shown = '&lt;img src="@@PLUGINFILE@@/a%20b.png" alt="A chart"/&gt;'
    body = body.replace("<![CDATA[<p>See</p>]]></text>", f"See {shown}</text>{file}")
    found = read(body)
    assert found.unread == ()
    assert found.questions[0].stem == "See ![A chart](a-b.png)"
    assert found.files == {"a-b.png": PNG}
    assert [(media.source, media.alternative) for media in found.questions[0].media] == [
        ("a-b.png", "A chart")
    ]


@pytest.mark.parametrize(
    ("source", "alternative", "stem", "words"),
    [
        (
            "https://other.example/x.png",
            "A chart",
            "See [A chart](https://other.example/x.png)",
            "another site",
        ),
        ("@@PLUGINFILE@@/gone.png", "A chart", "See A chart", "missing, damaged"),
    ],
)
def test_pictures_that_cannot_come_are_told(source: str, alternative: str, stem: str, words: str) -> None:
    shown = f'<p>See <img src="{source}" alt="{alternative}"/></p>'
    found = read(question("truefalse", answer("100", "true") + answer("0", "false"), shown))
    assert found.questions[0].stem == stem
    assert words in found.left_out[0].text


@pytest.mark.parametrize(
    ("kind", "inside", "words"),
    [
        ("essay", "", "essay"),
        ("description", "", "no question"),
        ("random", "", "Export the questions themselves"),
        ("calculated", "", "“calculated” are not read"),
        ("ddmarker", "", "“ddmarker” are not read"),
        ("multichoice", answer("50", "a") + answer("0", "b"), "correct"),
        ("multichoice", answer("alot", "a") + answer("0", "b"), "no percentage"),
        ("truefalse", answer("100", "yes") + answer("0", "no"), "“true” and “false”"),
        ("numerical", answer("100", "many"), "not a number"),
        ("shortanswer", "", "answers"),
    ],
)
def test_what_cannot_come_in_is_listed_with_place_and_reason(kind: str, inside: str, words: str) -> None:
    found = read(
        question("truefalse", answer("100", "true") + answer("0", "false")),
        question(kind, inside, name="Odd"),
    )
    assert len(found.questions) == 1
    (remark,) = found.unread
    assert (remark.place.startswith("line "), remark.name) == (True, "Odd")
    assert words in remark.text


def test_a_blank_with_several_options_is_refused() -> None:
    found = read(question("cloze", "", "Choose {1:MULTIRESPONSE:=a~=b~c}"))
    assert "MULTIRESPONSE" in found.unread[0].text


BOMB = """<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><quiz><question type="essay"><name><text>&c;</text></name></question></quiz>"""
FILE = BOMB.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello", "stops making sense in line 1"),
        (b"<quiz><question type='essay'><name>", "stops making sense"),
        (b"<html/>", "no Moodle questions"),
        (b"<quiz/>", "No question was found"),
        (BOMB.encode(), "entities of its own"),
        (FILE.encode(), "entities of its own"),
        (b"<quiz>" + b"<x>" * 5000 + b"</x>" * 5000 + b"</quiz>", "stops making sense"),
        (b"x" * (50 * 2**20 + 1), "larger than 50 MB"),
    ],
)
def test_hostile_and_broken_files_get_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        read_moodle_xml(data)
    assert caught.value.field == "file"


def test_scripts_in_texts_do_not_come_in() -> None:
    found = one(
        "truefalse",
        answer("100", "true") + answer("0", "false"),
        "a<script>alert(1)</script><iframe src=x></iframe>b",
    )
    assert found.stem == "ab"


@settings(deadline=None)
@given(many())
def test_what_was_written_comes_back_the_same(questions: list[Question]) -> None:
    found = read_moodle_xml(write_moodle_xml(questions))
    assert found.unread == ()
    assert found.questions == tuple(questions)


def test_plain_questions_need_no_comment_for_themselves() -> None:
    (found,) = read(
        question("truefalse", answer("100", "true", "Yes") + answer("0", "false", "No"))
    ).questions
    assert b"ceu-question" not in write_moodle_xml([found])


def test_a_question_changed_elsewhere_is_read_as_it_stands() -> None:
    (found,) = read(question("truefalse", answer("100", "true") + answer("0", "false"))).questions
    taught = found.model_copy(update={"objective": "law"})
    data = write_moodle_xml([taught])
    assert read_moodle_xml(data).questions == (taught,)
    (changed,) = read_moodle_xml(data.replace(b"**must**?</text>", b"should?</text>")).questions
    assert (changed.objective, changed.stem) == (None, "Who should?")


@settings(max_examples=60, deadline=None)
@given(many(), st.integers(0, 4000), st.binary(max_size=5))
def test_a_damaged_file_is_read_listed_or_refused(
    questions: list[Question], place: int, noise: bytes
) -> None:
    data = write_moodle_xml(questions)
    place %= len(data)
    try:
        found = read_moodle_xml(data[:place] + noise + data[place + len(noise) :])
    except DomainError:
        return
    assert found.questions or found.unread
