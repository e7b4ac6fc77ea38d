"""QTI 1.2, 2.x and 3.0, alone and packed; and files of any kind told apart."""

import re
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree

from ceu.adapters.questions.gift import write_gift
from ceu.adapters.questions.moodle_xml import write_moodle_xml
from ceu.adapters.questions.packages import read_questions
from ceu.adapters.questions.qti2 import write_qti3
from ceu.domain.errors import DomainError
from ceu.questions.model import (
    Choice,
    ChoiceGap,
    Cloze,
    Matching,
    Numeric,
    Ordering,
    Question,
    ShortText,
    TextGap,
    TrueFalse,
    from_json,
)
from tests.adapters.questions.strategies import many
from tests.questions.samples import ALL

PNG = b"\x89PNG\r\n\x1a\n and so on"
MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
MAP = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"


def v2(
    inside: str, processing: str = f'<responseProcessing template="{MATCH}"/>', version: str = "v2p1"
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_{version}" '
        f'identifier="duty" title="Duty" adaptive="false" timeDependent="false">{inside}{processing}</assessmentItem>'
    )


def response(cardinality: str, base: str, correct: str, mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in correct.split("|"))
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
    )


def mapping(entries: dict[str, str], **attributes: str) -> str:
    inside = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items())
    given_attributes = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<mapping defaultValue="0"{given_attributes}>{inside}</mapping>'


def choices(options: dict[str, str], most: int = 1) -> str:
    inside = "".join(
        f'<simpleChoice identifier="{key}">{text}</simpleChoice>' for key, text in options.items()
    )
    return (
        f'<itemBody><p>Who <b>must</b>?</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" '
        f'maxChoices="{most}"><prompt>Choose.</prompt>{inside}</choiceInteraction></itemBody>'
    )


def one(text: str) -> Question:
    found = read_questions(text.encode())
    assert found.unread == ()
    return found.questions[0]


def reason(text: str) -> str:
    found = read_questions(text.encode())
    assert found.questions == ()
    return found.unread[0].text


ABC = {"A": "the client", "B": "the therapist", "C": "nobody"}


@pytest.mark.parametrize("version", ["v2p0", "v2p1", "v2p2"])
def test_one_right_choice(version: str) -> None:
    question = one(v2(response("single", "identifier", "B") + choices(ABC), version=version))
    assert isinstance(question, Choice)
    assert (question.id, question.name, question.stem) == ("duty", "Duty", "Who **must**?\n\nChoose.")
    assert (question.right.id, question.right.text, question.several, question.shuffle) == (
        "B",
        "the therapist",
        False,
        True,
    )


def test_version_three_spells_the_same_with_hyphens() -> None:
    text = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="duty" title="Duty">
      <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
        <qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>
      <qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">
        <qti-default-value><qti-value>2.5</qti-value></qti-default-value></qti-outcome-declaration>
      <qti-item-body><p>Who?</p>
        <qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
          <qti-simple-choice identifier="A">the client<qti-feedback-inline outcome-identifier="F" identifier="A"
            show-hide="show">Look again.</qti-feedback-inline></qti-simple-choice>
          <qti-simple-choice identifier="B">the therapist</qti-simple-choice>
        </qti-choice-interaction></qti-item-body>
      <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
      <qti-modal-feedback outcome-identifier="F" identifier="incorrect" show-hide="show"><qti-content-body><p>No.</p>
        </qti-content-body></qti-modal-feedback>
    </qti-assessment-item>"""
    question = one(text)
    assert isinstance(question, Choice)
    assert (question.right.id, question.weight, question.outcomes.wrong) == ("B", Fraction(5, 2), "No.")
    assert (question.options[0].text, question.options[0].feedback) == ("the client", "Look again.")


def test_several_right_ones_all_or_nothing_and_with_points() -> None:
    together = one(v2(response("multiple", "identifier", "A|B") + choices(ABC, 0)))
    assert isinstance(together, Choice)
    assert (together.several, together.scoring, [option.id for option in together.right_ones]) == (
        True,
        "all",
        ["A", "B"],
    )
    points = mapping({"A": "1", "B": "1", "C": "-2"}, lowerBound="0")
    each = one(
        v2(
            response("multiple", "identifier", "A|B", points) + choices(ABC, 0),
            f'<responseProcessing template="{MAP}"/>',
        )
    )
    assert isinstance(each, Choice)
    assert [each.fraction_of(option) for option in each.options] == [Fraction(1, 2), Fraction(1, 2), -1]


def test_true_or_false() -> None:
    question = one(v2(response("single", "identifier", "f") + choices({"t": "True", "f": "False"})))
    assert isinstance(question, TrueFalse)
    assert question.answer is False


def test_a_few_words() -> None:
    body = (
        '<itemBody><p>Which law?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p></itemBody>'
    )
    points = '<mapping defaultValue="0"><mapEntry mapKey="HIPAA" mappedValue="2" caseSensitive="false"/>' \
        '<mapEntry mapKey="Hippa" mappedValue="1" caseSensitive="false"/></mapping>'  # fmt: skip
    question = one(
        v2(response("single", "string", "HIPAA", points) + body, f'<responseProcessing template="{MAP}"/>')
    )
    assert isinstance(question, ShortText)
    assert question.stem == "Which law?"
    assert [(answer.pattern, answer.fraction) for answer in question.answers] == [
        ("HIPAA", 1),
        ("Hippa", Fraction(1, 2)),
    ]
    assert not question.case_matters


def test_a_number_with_a_tolerance() -> None:
    body = '<itemBody><p>How many?</p><textEntryInteraction responseIdentifier="RESPONSE"/></itemBody>'
    processing = """<responseProcessing><responseCondition><responseIf>
      <equal toleranceMode="absolute" tolerance="5 5"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal>
      <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>
      </responseCondition></responseProcessing>"""
    question = one(v2(response("single", "float", "3000") + body, processing))
    assert isinstance(question, Numeric)
    (answer,) = question.answers
    assert (answer.value, answer.tolerance) == (3000, 5)


def test_an_order() -> None:
    body = choices(ABC).replace("choiceInteraction", "orderInteraction")
    question = one(v2(response("ordered", "identifier", "C|A|B") + body))
    assert isinstance(question, Ordering)
    assert [item.text for item in question.items] == ["nobody", "the client", "the therapist"]
    assert question.scoring == "all"


def matched(pairs: str) -> str:
    def part(options: dict[str, str]) -> str:
        return "<simpleMatchSet>" + "".join(
            f'<simpleAssociableChoice identifier="{key}" matchMax="1">{text}</simpleAssociableChoice>'
            for key, text in options.items()
        ) + "</simpleMatchSet>"  # fmt: skip

    body = part({"C": "Canada", "I": "Italy"}) + part({"O": "Ottawa", "R": "Rome", "P": "Paris"})
    return v2(
        response("multiple", "directedPair", pairs)
        + f'<itemBody><matchInteraction responseIdentifier="RESPONSE"><prompt>Match.</prompt>{body}</matchInteraction></itemBody>'
    )


def test_matching() -> None:
    question = one(matched("C O|I R"))
    assert isinstance(question, Matching)
    texts = {target.id: target.text for target in question.targets}
    assert [(prompt.text, texts[prompt.match]) for prompt in question.prompts] == [
        ("Canada", "Ottawa"),
        ("Italy", "Rome"),
    ]
    assert list(texts.values()) == ["Ottawa", "Rome", "Paris"]
    assert question.stem == "Match."


def test_matching_several_with_one_is_refused() -> None:
    assert "matched with several" in reason(matched("C O|C R"))


def test_blanks_in_a_text() -> None:
    declared = response("single", "identifier", "N").replace("RESPONSE", "where") + response(
        "single", "string", "BBS"
    ).replace("RESPONSE", "who")
    body = """<itemBody><p>In <inlineChoiceInteraction responseIdentifier="where"><inlineChoice identifier="C">California
      </inlineChoice><inlineChoice identifier="N">Nevada</inlineChoice></inlineChoiceInteraction> ask
      <textEntryInteraction responseIdentifier="who"/> first.</p></itemBody>"""
    found = read_questions(v2(declared + body).encode())
    (question,) = found.questions
    assert isinstance(question, Cloze)
    assert " ".join(question.stem.split()) == "In {{g1}} ask {{g2}} first."
    where, who = question.gaps
    assert isinstance(where, ChoiceGap)
    assert where.right.text == "Nevada"
    assert isinstance(who, TextGap)
    assert who.answers[0].pattern == "BBS"
    assert "each blank counts by itself" in found.left_out[0].text


def test_texts_dragged_into_gaps() -> None:
    body = """<itemBody><gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Fill in.</prompt>
      <gapText identifier="w" matchMax="1">winter</gapText><gapText identifier="s" matchMax="1">summer</gapText>
      <blockquote><p>Now is the <gap identifier="g"/> of our discontent.</p></blockquote></gapMatchInteraction></itemBody>"""
    question = one(v2(response("multiple", "directedPair", "w g") + body))
    assert isinstance(question, Cloze)
    (gap,) = question.gaps
    assert isinstance(gap, ChoiceGap)
    assert gap.right.text == "winter"
    assert "Now is the {{g1}} of our discontent." in question.stem
    assert "summer" not in question.stem


@pytest.mark.parametrize(
    ("interaction", "words"),
    [
        ('<extendedTextInteraction responseIdentifier="RESPONSE"/>', "essay"),
        ('<uploadInteraction responseIdentifier="RESPONSE"/>', "file"),
        ('<hotspotInteraction responseIdentifier="RESPONSE"/>', "hotspotInteraction"),
        ('<choiceInteraction responseIdentifier="OTHER"/>', "is not declared"),
        (
            '<choiceInteraction responseIdentifier="RESPONSE"/><orderInteraction responseIdentifier="RESPONSE"/>',
            "several",
        ),
        ("", "asks nothing"),
    ],
)
def test_what_is_not_read_is_named(interaction: str, words: str) -> None:
    body = f"<itemBody><p>Say.</p>{interaction}</itemBody>"
    assert words in reason(v2(response("single", "identifier", "B") + body))


def test_random_parts_are_refused() -> None:
    assert "random parts" in reason(
        v2('<templateDeclaration identifier="x"/>' + response("single", "identifier", "B") + choices(ABC))
    )


def field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def label(ident: str, text: str) -> str:
    return f'<response_label ident="{ident}"><material><mattext texttype="text/plain">{text}</mattext></material></response_label>'


def respcondition(inside: str, points: str = "", feedback: str = "", action: str = "Set") -> str:
    setvar = f'<setvar action="{action}" varname="SCORE">{points}</setvar>' if points else ""
    said = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    return f"<respcondition><conditionvar>{inside}</conditionvar>{setvar}{said}</respcondition>"


def equal(value: str, who: str = "response1") -> str:
    return f'<varequal respident="{who}">{value}</varequal>'


def said(ident: str, text: str) -> str:
    return f'<itemfeedback ident="{ident}"><flow_mat><material><mattext texttype="text/html">{text}</mattext></material></flow_mat></itemfeedback>'


def canvas(
    kind: str, responses: str, conditions: str, text: str = "&lt;p&gt;Who?&lt;/p&gt;", feedback: str = ""
) -> str:
    return f"""<item ident="i1" title="Question 1"><itemmetadata><qtimetadata>{field("question_type", kind)}
      {field("points_possible", "2.0")}</qtimetadata></itemmetadata><presentation><material>
      <mattext texttype="text/html">{text}</mattext></material>{responses}</presentation><resprocessing><outcomes>
      <decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>{conditions}</resprocessing>{feedback}</item>"""


def quiz(*items: str, ident: str = "a1") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
        f'<assessment ident="{ident}" title="Quiz"><section ident="root_section">{"".join(items)}</section></assessment>'
        "</questestinterop>"
    )


def lid(labels: str, cardinality: str = "Single", ident: str = "response1", material: str = "") -> str:
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}">{material}<render_choice>{labels}</render_choice></response_lid>'


LABELS = label("10", "the client") + label("11", "the therapist") + label("12", "nobody")


def test_canvas_choice_with_feedback() -> None:
    conditions = (
        respcondition("<other/>", feedback="general_fb")
        + respcondition(equal("10"), feedback="10_fb")
        + respcondition(equal("11"), "100", "correct_fb")
        + respcondition("<other/>", feedback="general_incorrect_fb")
    )
    feedback = (
        said("general_fb", "Always.")
        + said("10_fb", "No.")
        + said("correct_fb", "Yes.")
        + said("general_incorrect_fb", "Look.")
    )
    question = one(quiz(canvas("multiple_choice_question", lid(LABELS), conditions, feedback=feedback)))
    assert isinstance(question, Choice)
    assert (question.id, question.weight, question.stem, question.right.text) == (
        "i1",
        2,
        "Who?",
        "the therapist",
    )
    assert (question.feedback, question.outcomes.right, question.outcomes.wrong) == (
        "Always.",
        "Yes.",
        "Look.",
    )
    assert question.options[0].feedback == "No."


def test_canvas_several_answers() -> None:
    condition = respcondition(f"<and>{equal('10')}{equal('11')}<not>{equal('12')}</not></and>", "100")
    question = one(quiz(canvas("multiple_answers_question", lid(LABELS, "Multiple"), condition)))
    assert isinstance(question, Choice)
    assert (question.several, question.scoring, [option.id for option in question.right_ones]) == (
        True,
        "all",
        ["10", "11"],
    )


def test_canvas_true_or_false() -> None:
    labels = label("1", "True") + label("2", "False")
    question = one(quiz(canvas("true_false_question", lid(labels), respcondition(equal("2"), "100"))))
    assert isinstance(question, TrueFalse)
    assert question.answer is False


def test_canvas_short_answers() -> None:
    response_str = '<response_str ident="response1"><render_fib><response_label ident="answer1"/></render_fib></response_str>'
    condition = respcondition(equal("BBS") + equal("bbs") + equal("the *board*"), "100")
    question = one(quiz(canvas("short_answer_question", response_str, condition)))
    assert isinstance(question, ShortText)
    assert [answer.pattern for answer in question.answers] == ["bbs", "the \\*board\\*"]


def test_canvas_numbers() -> None:
    response_str = '<response_str ident="response1"><render_fib fibtype="Decimal"/></response_str>'
    inside = (
        f"<or>{equal('3000')}<and><vargte respident='response1'>2990</vargte>"
        "<varlte respident='response1'>3010</varlte></and></or>"
    )
    question = one(quiz(canvas("numerical_question", response_str, respcondition(inside, "100"))))
    assert isinstance(question, Numeric)
    (answer,) = question.answers
    assert (answer.low, answer.high) == (2990, 3010)


def test_canvas_matching() -> None:
    targets = label("r1", "Ottawa") + label("r2", "Rome")
    responses = "".join(
        lid(targets, ident=f"response_{number}", material=f"<material><mattext>{text}</mattext></material>")
        for number, text in ((1, "Canada"), (2, "Italy"))
    )
    conditions = respcondition(equal("r1", "response_1"), "50", action="Add") + respcondition(
        equal("r2", "response_2"), "50", action="Add"
    )
    question = one(quiz(canvas("matching_question", responses, conditions)))
    assert isinstance(question, Matching)
    texts = {target.id: target.text for target in question.targets}
    assert [(prompt.text, texts[prompt.match]) for prompt in question.prompts] == [
        ("Canada", "Ottawa"),
        ("Italy", "Rome"),
    ]


@pytest.mark.parametrize("kind", ["multiple_dropdowns_question", "fill_in_multiple_blanks_question"])
def test_canvas_blanks(kind: str) -> None:
    responses = lid(label("1", "Nevada") + label("2", "Utah"), ident="response_where") + lid(
        label("3", "BBS"), ident="response_who"
    )
    if kind == "multiple_dropdowns_question":
        responses = responses.replace(label("3", "BBS"), label("3", "BBS") + label("4", "FBI"))
    conditions = respcondition(equal("1", "response_where"), "50", action="Add") + respcondition(
        equal("3", "response_who"), "50", action="Add"
    )
    question = one(quiz(canvas(kind, responses, conditions, "In [where] ask [who] [sic].")))
    assert isinstance(question, Cloze)
    assert question.stem == "In {{g1}} ask {{g2}} \\[sic\\]."
    assert {type(gap) for gap in question.gaps} == {ChoiceGap if kind.startswith("multiple") else TextGap}


@pytest.mark.parametrize(
    "kind", ["essay_question", "file_upload_question", "text_only_question", "calculated_question"]
)
def test_canvas_kinds_that_are_not_read(kind: str) -> None:
    found = read_questions(quiz(canvas(kind, lid(LABELS), "")).encode())
    assert (found.questions, len(found.unread)) == ((), 1)


def packed(files: dict[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def manifest(*names: str) -> str:
    files = "".join(
        f'<resource identifier="r{place}" href="{name}"><file href="{name}"/></resource>'
        for place, name in enumerate(names)
    )
    return (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{files}</resources></manifest>'
    )


def test_a_package_is_read_in_the_order_of_its_manifest_with_its_pictures() -> None:
    first = v2(response("single", "identifier", "B") + choices(ABC)).replace("duty", "one")
    second = first.replace('"one"', '"two"').replace(
        "<p>Who", '<p><img src="../images/a%20b.png" alt="A chart"/> Who'
    )
    found = read_questions(
        packed(
            {
                "imsmanifest.xml": manifest("items/b.xml", "items/a.xml"),
                "items/a.xml": first,
                "items/b.xml": second,
                "images/a b.png": PNG,
            }
        )
    )
    assert [question.id for question in found.questions] == ["two", "one"]
    assert found.files == {"a-b.png": PNG}
    assert "![A chart](a-b.png)" in found.questions[0].stem


def test_a_broken_item_is_listed_and_the_rest_comes_in() -> None:
    good = v2(response("single", "identifier", "B") + choices(ABC))
    found = read_questions(
        packed({"imsmanifest.xml": manifest("a.xml", "b.xml"), "a.xml": good[:200], "b.xml": good})
    )
    assert len(found.questions) == 1
    assert found.unread[0].place == "a.xml"


def test_canvas_packages_hold_each_quiz_twice_and_it_comes_once() -> None:
    item = canvas("multiple_choice_question", lid(LABELS), respcondition(equal("11"), "100"))
    found = read_questions(
        packed(
            {
                "imsmanifest.xml": manifest("q/assessment_qti.xml"),
                "q/assessment_qti.xml": quiz(item),
                "non_cc_assessments/q.xml.qti": quiz(item),
            }
        )
    )
    assert len(found.questions) == 1


def test_a_picture_outside_of_the_package_is_never_looked_for() -> None:
    item = v2(response("single", "identifier", "B") + choices(ABC)).replace(
        "<p>Who", '<p><img src="../../../etc/passwd" alt="x"/> Who'
    )
    found = read_questions(packed({"items/a.xml": item}))
    assert found.files == {}
    assert "missing" in found.left_out[0].text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 nothing", "no ZIP file"),
        (packed({"../evil.xml": "<quiz/>"}), "leads out"),
        (packed({"readme.txt": "hello"}), "No question was found"),
        (b"<html><body/></html>", "begins with <html>"),
        (b"%PDF-1.7", "no file of questions"),
        (b"", "empty"),
    ],
)
def test_what_holds_no_questions_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        read_questions(data)


@pytest.mark.parametrize("text", ["What?\nA) x\nB) y\nANSWER: A\n", "What? {=x ~y}"])
def test_text_files_are_told_apart(text: str) -> None:
    assert len(read_questions(text.encode()).questions) == 1


@settings(deadline=None)
@given(many())
def test_a_package_of_version_three_comes_back_the_same(questions: list[Question]) -> None:
    found = read_questions(write_qti3(questions))
    assert found.unread == ()
    assert found.questions == tuple(questions)


@settings(deadline=None, max_examples=50)
@given(many())
def test_items_are_understood_without_what_only_we_read(questions: list[Question]) -> None:
    """What another program reads of our package: the kind, and what a wholly right answer is."""
    for text in _items(write_qti3(questions)):
        item = etree.fromstring(text)
        called = str(item.get("identifier"))
        by_id = {each.id: each for each in questions}
        question = by_id[called if called in by_id else called[2:]]
        for comment in [each for each in item if each.tag is etree.Comment]:
            item.remove(comment)
        found = read_questions(etree.tostring(item))
        assert len(found.questions) + len(found.unread) == 1
        if found.questions:
            assert _alike(question, found.questions[0])


def _items(data: bytes) -> Iterator[bytes]:
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("items/"):
                yield archive.read(name)


def _alike(one: Question, other: Question) -> bool:
    if isinstance(one, Choice) and isinstance(other, Choice):
        return one.several == other.several and len(one.right_ones) == len(other.right_ones)
    if isinstance(one, TrueFalse) and isinstance(other, TrueFalse):
        return one.answer == other.answer
    if isinstance(one, Choice) and isinstance(other, TrueFalse):
        return True
    if isinstance(one, Cloze) and len(one.gaps) == 1 and other.kind != "cloze":
        return one.gaps[0].kind == other.kind  # a blank at the end of a text is a question of its own kind
    return one.kind == other.kind


@pytest.mark.parametrize("data", ALL, ids=lambda data: data["id"])
def test_every_kind_is_understood_without_what_only_we_read(data: dict[str, Any]) -> None:
    (text,) = _items(write_qti3([from_json(data)]))
    found = read_questions(re.sub(rb"<!-- ceu-question.*?-->", b"", text))
    assert found.unread == ()
    assert _alike(from_json(data), found.questions[0])


def test_every_item_names_its_schema_and_its_parts_in_the_order_of_the_standard() -> None:
    question = from_json({"id": "7-b", "stem": "Who?", "feedback": "Because.", "options": [
        {"id": "a", "text": "A", "correct": True, "feedback": "Yes."}, {"id": "b", "text": "B"}]})  # fmt: skip
    (text,) = _items(write_qti3([question]))
    item = etree.fromstring(text)
    assert item.get("identifier") == "i-7-b"
    assert item.tag == "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}qti-assessment-item"
    names = [etree.QName(each).localname for each in item if isinstance(each.tag, str)]
    order = [
        "qti-response-declaration",
        "qti-outcome-declaration",
        "qti-item-body",
        "qti-response-processing",
        "qti-modal-feedback",
    ]
    assert names == sorted(names, key=order.index)


@settings(max_examples=30, deadline=None)
@given(many(), st.sampled_from(["gift", "moodle", "qti"]), st.integers(0, 5000))
def test_a_file_cut_in_half_is_read_listed_or_refused(questions: list[Question], kind: str, cut: int) -> None:
    gift, _ = write_gift(questions)
    data = {"gift": gift.encode(), "moodle": write_moodle_xml(questions), "qti": write_qti3(questions)}[kind]
    try:
        found = read_questions(data[: cut % len(data)])
    except DomainError:
        return
    assert found.questions or found.unread
