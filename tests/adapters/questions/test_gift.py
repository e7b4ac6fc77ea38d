"""GIFT, read and written."""

from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from ceu.adapters.questions.gift import read_gift, write_gift
from ceu.domain.errors import DomainError
from ceu.questions.model import Choice, Matching, Numeric, Question, ShortText, TrueFalse, from_json
from tests.adapters.questions.strategies import many


def one(text: str) -> Question:
    found = read_gift(text.encode())
    assert found.unread == ()
    assert len(found.questions) == 1
    return found.questions[0]


def reason(text: str) -> str:
    found = read_gift(text.encode())
    assert found.questions == ()
    return found.unread[0].text


def test_one_right_choice() -> None:
    question = one("::Duty::Who must report? {~the client#No. =the therapist#Yes. ~nobody} ")
    assert isinstance(question, Choice)
    assert (question.id, question.name, question.stem) == ("Duty", "Duty", "Who must report?")
    assert [(option.id, option.text, option.correct, option.feedback) for option in question.options] == [
        ("a", "the client", False, "No."),
        ("b", "the therapist", True, "Yes."),
        ("c", "nobody", False, ""),
    ]
    assert not question.several


def test_partial_credit_for_a_single_choice() -> None:
    question = one("Difficult. {~wrong ~%50%half =full}")
    assert isinstance(question, Choice)
    assert [question.fraction_of(option) for option in question.options] == [0, Fraction(1, 2), 1]
    assert not question.several


def test_several_right_ones_with_thirds() -> None:
    question = one("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert isinstance(question, Choice)
    assert question.several
    assert [question.fraction_of(option) for option in question.options] == [Fraction(1, 3)] * 3 + [
        Fraction(-1)
    ]


@pytest.mark.parametrize("truth", ["T", "TRUE", "true"])
def test_true(truth: str) -> None:
    question = one(f"The sun rises in the east.{{{truth}#Look again.#Right.}}")
    assert isinstance(question, TrueFalse)
    assert (question.answer, question.if_true, question.if_false) == (True, "Right.", "Look again.")


def test_false() -> None:
    question = one("The sun rises in the west.{F#Look again.#Right.}")
    assert isinstance(question, TrueFalse)
    assert (question.answer, question.if_true, question.if_false) == (False, "Look again.", "Right.")


def test_short_answers() -> None:
    question = one("Two plus two equals {=four#Yes =%75%foour =4}.")
    assert isinstance(question, ShortText)
    assert question.stem == "Two plus two equals \\_\\_\\_\\_\\_ ."
    assert [(answer.pattern, answer.fraction) for answer in question.answers] == [
        ("four", 1),
        ("foour", Fraction(3, 4)),
        ("4", 1),
    ]


@pytest.mark.parametrize(
    ("inside", "fields"),
    [
        ("#1822", {"value": 1822, "tolerance": 0}),
        ("#1822:5", {"value": 1822, "tolerance": 5}),
        ("#3.1415:0.0005", {"value": Fraction("3.1415"), "tolerance": Fraction("0.0005")}),
        ("#3.141..3.142", {"low": Fraction("3.141"), "high": Fraction("3.142")}),
        ("#-5..-1", {"low": -5, "high": -1}),
    ],
)
def test_numbers(inside: str, fields: dict[str, Fraction]) -> None:
    question = one(f"How many? {{{inside}}}")
    assert isinstance(question, Numeric)
    (answer,) = question.answers
    assert {name: getattr(answer, name) for name in fields} == fields


def test_several_numbers() -> None:
    question = one("When? {#\n\t=1822:0 #Exactly.\n\t=%50%1822:2 #Near.\n\t=%0%*#Far.\n}")
    assert isinstance(question, Numeric)
    assert [answer.fraction for answer in question.answers] == [1, Fraction(1, 2), 0]
    assert [answer.feedback for answer in question.answers] == ["Exactly.", "Near.", "Far."]
    assert question.answers[2].value is None


def test_matching_with_a_distractor() -> None:
    question = one("Match. {\n=Canada -> Ottawa\n=Italy->Rome\n=Vatican -> Rome\n= -> Paris\n}")
    assert isinstance(question, Matching)
    texts = {target.id: target.text for target in question.targets}
    assert [(prompt.text, texts[prompt.match]) for prompt in question.prompts] == [
        ("Canada", "Ottawa"),
        ("Italy", "Rome"),
        ("Vatican", "Rome"),
    ]
    assert list(texts.values()) == ["Ottawa", "Rome", "Paris"]


def test_escapes_mean_themselves() -> None:
    question = one("Which is 5\\: {~ \\= 2 + 2 = \\= 2 + 3 ~ \\{\\}\\~\\#\\\\ }")
    assert isinstance(question, Choice)
    assert question.stem == "Which is 5:"
    assert [option.text for option in question.options] == ["\\= 2 + 2", "\\= 2 + 3", "\\{\\}\\~#\\\\"]


def test_formats_of_texts() -> None:
    assert one("[markdown]Who is **in** the tomb?{=no one}").stem == "Who is **in** the tomb?"
    assert one("[html]<p>Who is <b>in</b>?</p>{=no one}").stem == "Who is **in**?"
    assert one("[plain]Who is **in**?{=no one}").stem == "Who is \\*\\*in\\*\\*?"
    assert one("Who is <em>in</em>?{=no one}").stem == "Who is *in*?"
    assert one("[html]x <script>alert\\(1)</script>y{=no one}").stem == "x y"


def test_general_feedback_comments_categories_and_labels() -> None:
    text = (
        "$CATEGORY: $course$/top/Ethics\n\n// [id:q-7]\n// a remark\nWho? {=A ~B####Because.}\n\nWhat? {T}\n"
    )
    found = read_gift(text.encode("utf-8-sig")).questions
    assert [(question.id, question.tags) for question in found] == [
        ("q-7", ("Ethics",)),
        ("what", ("Ethics",)),
    ]
    assert found[0].feedback == "Because."


def test_a_windows_file() -> None:
    assert (
        one("::Frage::Wie heißt “sie”? {=Zoë}".encode("cp1252").decode("cp1252")).stem == "Wie heißt “sie”?"
    )
    assert read_gift("Wie heißt “sie”? {=Zoë}".encode("cp1252")).questions[0].stem == "Wie heißt “sie”?"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Say what you think. {}", "essay"),
        ("Just a description.", "a description, and no question"),
        ("Half a question {=a ~b", "braces do not match"),
        ("Two {=a ~b} blanks {=c ~d}", "more than one pair"),
        ("Nothing right {~a ~b}", "add up to 1"),
        ("Match. {=a -> b\n=c}", "has no arrow"),
        ("How many? {#many}", "is not a number"),
        ("One {=only one ~}", "entries"),
        ("Percent {~%50%a ~%20%b}", "add up to 1"),
    ],
)
def test_what_cannot_come_in_is_listed_with_its_reason(text: str, words: str) -> None:
    assert words in reason(text)


def test_a_good_question_after_a_bad_one_comes_in_and_places_are_lines() -> None:
    found = read_gift(b"Bad {\n\n// remark\n::Good::Who? {=A ~B}\n")
    assert [remark.place for remark in found.unread] == ["line 1"]
    assert [question.name for question in found.questions] == ["Good"]


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"\x89PNG\0\0", b"// only a remark\n", b"x" * (8 * 2**20 + 1)]
)
def test_files_without_questions_get_a_sentence(data: bytes) -> None:
    with pytest.raises(DomainError) as caught:
        read_gift(data)
    assert caught.value.field == "file"


@settings(deadline=None)
@given(many("choice", "true_false", "short_text", "numeric", "matching"))
def test_what_was_written_comes_back_the_same(questions: list[Question]) -> None:
    text, unwritten = write_gift(questions)
    assert unwritten == []
    found = read_gift(text.encode())
    assert found.unread == ()
    assert found.questions == tuple(questions)


def test_plain_questions_need_no_comment_for_themselves() -> None:
    text = "::Duty::[markdown]Who must report? {\n\t~the client#No.\n\t=the therapist\n\t####Because.\n}"
    written, _ = write_gift([one(text)])
    assert "ceu-question" not in written


def test_a_question_changed_elsewhere_is_read_as_it_stands() -> None:
    question = one("Who? {=A ~B}").model_copy(update={"objective": "law"})
    text, _ = write_gift([question])
    assert read_gift(text.encode()).questions == (question,)
    (changed,) = read_gift(text.replace("=A", "=Somebody").encode()).questions
    assert isinstance(changed, Choice)
    assert (changed.objective, changed.right.text) == (None, "Somebody")


def test_kinds_that_gift_does_not_have_are_listed() -> None:
    order = from_json(
        {
            "id": "o",
            "kind": "ordering",
            "stem": "Order.",
            "items": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}],
        }
    )
    text, unwritten = write_gift([order])
    assert text.strip() == ""
    assert [(remark.name, "Moodle XML" in remark.text) for remark in unwritten] == [("o", True)]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab \n{}~=#:\\%->/[]T1.*$"), max_size=60))
def test_any_text_is_read_or_listed(text: str) -> None:
    try:
        found = read_gift(text.encode())
    except DomainError:
        return
    assert found.questions or found.unread
