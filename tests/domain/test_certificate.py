"""The certificate snapshot survives being sealed and read back."""

import json
from dataclasses import replace
from datetime import date

import pytest

from ceu.domain.certificate import CertificateDocument
from tests.adapters.certificates import make_certificate, make_overfull_certificate


@pytest.mark.parametrize("certificate", [make_certificate(), make_overfull_certificate()])
def test_it_survives_json(certificate: CertificateDocument) -> None:
    assert CertificateDocument.from_body(json.loads(json.dumps(certificate.as_body()))) == certificate


def test_dates_are_iso_text() -> None:
    body = make_certificate(first_issued_on=date(2026, 12, 24)).as_body()
    assert body["completed_on"] == "2027-03-29"
    assert body["first_issued_on"] == "2026-12-24"
    assert body["approvals"][0]["valid_until"] == "2027-12-31"


def test_every_field_is_in_the_body() -> None:
    certificate = make_certificate()
    changed = replace(certificate, number="CEU-2027-000143")
    assert set(certificate.as_body()) == set(vars(certificate))
    assert certificate.as_body() != changed.as_body()


def test_a_body_of_another_shape_is_refused() -> None:
    with pytest.raises(TypeError, match="grade"):
        CertificateDocument.from_body(make_certificate().as_body() | {"grade": "A"})
