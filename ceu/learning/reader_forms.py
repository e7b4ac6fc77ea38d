"""The forms of the reader."""

from ceu.web.forms import BaseForm, IntegerField, TextAreaField, TextField, longest, optional

LONGEST_NOTE = 20_000


class NoteForm(BaseForm):
    """A note on a lesson."""

    text = TextAreaField("Your notes on this lesson", [optional(), longest(LONGEST_NOTE)])


class ReportForm(BaseForm):
    """What a page reports while it is read; never seen by anybody."""

    seconds = IntegerField("Seconds")
    heading = TextField("Heading", [longest(120)])


class NoteSearchForm(BaseForm):
    """Which notes to list; sent by GET."""

    class Meta:
        csrf = False

    search = TextField("Words in your notes", [longest(200)])
