"""The forms of the what-if: which license, and the questions of its rules. Both are sent by GET and store nothing."""

from collections.abc import Collection, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ceu.domain.errors import DomainError
from ceu.licenses.facts import Contradiction
from ceu.licenses.forms import FactsForm, asking, pack_choices
from ceu.rules.pack import FactDeclaration, Pack
from ceu.web.forms import BaseForm, ChoiceField, needed


class ElsewhereForm(BaseForm):
    """Under which rules the log is to be read; an address of its own."""

    class Meta:
        csrf = False

    pack = ChoiceField("License", [needed("Choose a license.")])

    def offer(self, packs: Collection[Pack]) -> "ElsewhereForm":
        """Offer these packs."""
        self.pack.choices = pack_choices(packs)
        return self


class AnswersForm(FactsForm):
    """The questions of a pack, answered in the address of a page."""

    class Meta:
        csrf = False


def answers_form(questions: Mapping[str, FactDeclaration], given: MultiDict[str, str]) -> AnswersForm:
    """The questions with the answers that stand in the address."""
    form = asking(AnswersForm, questions, {}, {})
    if is_answered(questions, given):
        form.process(given)
    return form


def is_answered(questions: Mapping[str, FactDeclaration], given: MultiDict[str, str]) -> bool:
    """Whether the address answers any of the questions."""
    return any(name.startswith(key) for name in given for key in questions)


def answers_in(
    form: FactsForm, questions: Mapping[str, FactDeclaration], given: MultiDict[str, str]
) -> dict[str, Any]:
    """What was answered, by the fact's name; nothing where an answer cannot be read (the form then says so)."""
    if not is_answered(questions, given) or not form.validate():
        return {}
    return {key: fact for key, fact in form.facts(questions).items() if fact is not None}


def absorb_contradiction(form: FactsForm, found: Contradiction) -> None:
    """Put what cannot be true on the question concerned."""
    form.absorb(DomainError(found.sentence, field=found.key))
