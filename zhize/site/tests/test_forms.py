"""Every form of the system says which field is empty, what to put there and why; none says only that it is required."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.urls import get_resolver
from django.utils.translation import override

from zhize.accounts.forms import Asking, SignIn
from zhize.lists.forms.adjusting import EnactForm, RefuseForm
from zhize.register.forms import Rename, Upload


def every(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from every(each)


def test_every_form_of_the_system_says_what_it_lacks() -> None:
    assert get_resolver().url_patterns  # all pages, and with them all forms, are loaded
    ours = {f for f in every(forms.BaseForm) if f.__module__.startswith("zhize.") and ".tests." not in f.__module__}
    assert len(ours) > 50
    assert {f.__qualname__ for f in ours if not issubclass(f, Asking)} == set()


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        (Rename, "name", "请填写“新名称”：这一项不能空着。"),
        (Rename, "instrument", "请填写“依据文件”：登记的每句话都要说出依据。"),
        (EnactForm, "day", "请填写“自哪一天起施行”：登记的每句话都从某一天起算。"),
        (RefuseForm, "words", "请填写“理由”：申报机构据此修改，公文里也要写明。"),
        (Upload, "kind", "请在“这是什么表”里选一项：这一项不能空着。"),
        (Upload, "file", "请选择要交的文件（文件）：这一项不能空着。"),
        (SignIn, "username", "请填写“账号”：这一项不能空着。"),
    ],
)
def test_an_empty_field_is_named_with_what_to_do_and_why(form: type[Any], field: str, sentence: str) -> None:
    with override("zh-hans"):
        assert form(data={}).errors[field] == [sentence]


def test_the_sentence_is_said_in_the_language_of_the_page() -> None:
    with override("en"):
        assert "必填" not in str(Rename(data={}).errors) and "请" not in str(Rename(data={}).errors)


def test_a_field_with_a_sentence_of_its_own_keeps_it() -> None:
    class Own(Asking, forms.Form):
        word = forms.CharField(error_messages={"required": "请写一个字"})

    assert Own(data={}).errors["word"] == ["请写一个字"]
