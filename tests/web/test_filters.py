"""How pages spell what they show."""

import pytest

from ceu.web.filters import quoted_text


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("a supervised experience", "“a supervised experience”"),
        ("“Reporting period” means 24 months", "“‘Reporting period’ means 24 months”"),
        ('the required "30 contact hours ..." may', "“the required ‘30 contact hours ...’ may”"),
    ],
)
def test_a_quotation_inside_a_quotation_takes_single_marks(quote: str, shown: str) -> None:
    assert quoted_text(quote) == shown
