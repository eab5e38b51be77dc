"""A character the database cannot keep is refused in one sentence wherever it comes in."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.town import Town


@pytest.mark.parametrize(
    "address", ["/who/?q=%00", "/who/?q=摆摊&place=%00", "/bodies/?q=%00", "/search/?q=%00", "/instruments/?q=%00"]
)
def test_a_nul_in_an_address_is_no_server_error(town: Town, address: str) -> None:
    assert Client().get(address).status_code < 500


def test_a_nul_in_the_report_is_refused_with_a_sentence(town: Town) -> None:
    answer = Client().post("/report/", {"text": "", "matter": "\x00"})
    assert answer.status_code == 400
