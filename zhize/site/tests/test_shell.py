"""The frame of every page: parts, languages, safety and the words themselves. No test here needs the database."""

import hashlib
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

from zhize.kernel.clock import Calendar, Limit, derive
from zhize.kernel.errors import Refusal
from zhize.kernel.period import BEIJING, Period
from zhize.site import catalog, traditional
from zhize.site.difference import difference
from zhize.site.navigation import Entry, links

SITE = Path(__file__).resolve().parent.parent
APPS = SITE.parent
PAGES = sorted(path for path in APPS.glob("*/templates/**/*.html"))
SPOKEN = [path for path in PAGES if path.name != "language.html"]
VENDOR = SITE / "static" / "vendor"

pytestmark = pytest.mark.urls("zhize.site.tests.urls")


def draw(source: str, language: str = "zh-hans", **context: object) -> str:
    with translation.override(language):
        return Template("{% load zhize %}" + source).render(Context(context))


def get(path: str, language: str = "zh-hans", **kwargs: object):
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    client.cookies["django_language"] = language
    return client.get(path, **kwargs)


class Wrong(forms.Form):
    text = forms.CharField(widget=forms.Textarea(), help_text="什么时候、在哪里、发生了什么。")
    agree = forms.BooleanField(label="我说的是真实情况")


# ---- parts ----------------------------------------------------------------------------------------------------------


def test_a_span_is_said_with_its_last_day():
    assert "2016-12-31" in draw("{% span p %}", p=Period(date(2016, 4, 1), date(2017, 1, 1)))
    assert draw("{% span a b %}", a=date(2016, 4, 1), b=None).count("<time") == 1
    assert "since" in draw("{% span a %}", language="en", a=date(2016, 4, 1))


def test_the_last_instant_of_a_day_is_its_24_00():
    assert "2016-09-19 24:00" in draw("{% moment m %}", m=datetime(2016, 9, 19, 23, 59, 59, 999999, tzinfo=BEIJING))


def test_a_citation_links_and_says_what_is_invented_or_unchecked():
    doc = {"number": "温政办〔2016〕42号", "title": "某办法", "url": "/i/1/", "demo": True, "unverified": ["signed"]}
    drawn = draw("{% document doc '第三条' %}", doc=doc)
    assert 'href="/i/1/"' in drawn and "《某办法》" in drawn and "第三条" in drawn
    assert "演示数据" in drawn and "待核" in drawn
    assert "某办法" not in draw("{% document doc compact=True %}", doc=doc)


def test_words_from_outside_are_escaped():
    evil = "<script>alert(1)</script>"
    drawn = draw(
        "{% document doc clause=e %}{% badge e %}{% copy e %}{% difference e '' %}{% icon 'x' e %}",
        doc={"title": evil},
        e=evil,
    )
    assert "<script" not in drawn


def test_an_explanation_names_who_was_rejected_and_why():
    rejected = [{"body": {"name": "某街道"}, "why": "不在清单里"}]
    drawn = draw("{% explanation reasons rejected %}", reasons=[{"says": "因为划转"}], rejected=rejected)
    assert "因为划转" in drawn and "某街道" in drawn and "不在清单里" in drawn and "另有 1 个单位被排除" in drawn


@pytest.mark.parametrize(("now", "tone", "words"), [(15, "running", "还剩 1 天"), (20, "late", "已超过 3 天")])
def test_a_deadline_says_how_long_and_shows_its_reckoning(now: int, tone: str, words: str):
    calendar = Calendar(years=frozenset({2016}), version="2016-1")
    derivation = derive(datetime(2016, 9, 14, 16, 0, tzinfo=BEIJING), Limit.parse("2wd"), calendar)
    drawn = draw("{% deadline d '签收期限' n %}", d=derivation, n=datetime(2016, 9, now, 20, 0, tzinfo=BEIJING))
    assert f"deadline-{tone}" in drawn and words in drawn and str(derivation.lines[0]) in drawn


def test_a_difference_shows_what_went_and_what_came():
    assert [tuple(piece) for piece in difference("处2015元", "罚2016元")] == [
        ("gone", "处2015"),
        ("new", "罚2016"),
        ("same", "元"),
    ]
    assert "".join(piece.text for piece in difference("甲。" * 3000, "甲。" * 3000 + "乙。")).endswith("乙。")


def test_a_refusal_is_said_in_the_language_of_the_page():
    refusal = Refusal("这个请求读不懂", article="某法第一条", instead="请核对地址，或者从首页查询。")
    assert "依据某法第一条" in draw("{{ r|say }}", r=refusal)
    assert "This request cannot be read (by 某法第一条). Check" in draw("{{ r|say }}", language="en", r=refusal)
    assert "This request cannot be read" in draw("{% refusal r %}", language="en", r=refusal)


def test_a_wrong_form_lists_its_errors_and_ties_them_to_the_fields():
    page = draw("{% fields form %}", form=Wrong({}))
    assert "有 2 处需要改正" in page and 'href="#id_text"' in page
    assert re.search(r'<textarea[^>]*aria-describedby="id_text_helptext id_text_error"', page)
    assert 'id="id_text_error"' in page


def test_a_menu_holds_no_dead_link(rf):
    entries = (Entry("甲", "site:search", "x"), Entry("乙", "no-such-page", "x"), Entry("丙", "site:suggest", "x"))
    shown = links(entries, rf.get("/search/suggest/"))
    assert [(link.label, link.current) for link in shown] == [("甲", False), ("丙", True)]


# ---- languages ------------------------------------------------------------------------------------------------------


def test_traditional_converts_what_is_read_and_not_what_was_typed():
    html = (
        '<p title="机关">职责 <input value="机关" placeholder="机关"><textarea>机关</textarea></p>'
        '<script>"机关"</script><span translate="no">简体</span><!-- 机关 --><option value="机关">机关</option>'
    )
    assert traditional.page(html) == (
        '<p title="機關">職責 <input value="机关" placeholder="機關"><textarea>机关</textarea></p>'
        '<script>"机关"</script><span translate="no">简体</span><!-- 机关 --><option value="机关">機關</option>'
    )


def test_traditional_leaves_everything_but_words_alone():
    page = get("/sign-in/").content.decode()
    converted = traditional.page(page)
    assert re.findall(r"<[a-z/][^\s>]*", page) == re.findall(r"<[a-z/][^\s>]*", converted)
    assert "這件事歸誰管" in converted and "工作人員登錄" in converted
    assert 'data-copy="温政发〔2016〕18号"' in traditional.page(draw("{% copy '温政发〔2016〕18号' %}"))


def test_the_switch_sets_the_language_of_the_page():
    client = Client(headers={"host": "localhost"})
    client.post("/language/", {"language": "zh-hant", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="zh-Hant"' in page and "跳到正文" in page and "歸誰管" in page and "归谁管" not in page
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="en"' in page and "Skip to main content" in page and 'lang="zh-Hans"' in page


def test_only_pages_are_converted():
    assert "机关" in get("/plain.json", "zh-hant").json()["name"]


def test_the_compiled_catalogue_is_current():
    assert catalog.MO.read_bytes() == catalog.compiled(), "请运行 zhize messages"


def test_every_word_of_the_shell_has_english():
    assert [line for line in catalog.missing() if "zhize/site/" in line or "zhize/register/templates" in line] == []


# ---- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/refuse/", 403, "这一页不对您开放"),
        ("/nowhere/", 404, "没有这一页"),
        ("/break/", 500, "系统出错了"),
        ("/suspect/", 400, "读不懂"),
    ],
)
def test_an_error_page_says_what_happened_and_what_to_do(path: str, status: int, words: str):
    answer = get(path)
    page = answer.content.decode()
    assert answer.status_code == status and words in page and "请" in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "系統出錯了" in get(path, "zh-hant").content.decode() or status != 500


def test_a_stale_form_is_refused_with_what_to_do():
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "en"})
    assert answer.status_code == 403 and "这次提交没有办成" in answer.content.decode()


# ---- safety ---------------------------------------------------------------------------------------------------------


def test_the_policy_allows_nothing_inline():
    policy = get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_compiles_and_has_nothing_inline(path: Path):
    source = path.read_text("utf-8")
    get_template(path.relative_to(next(up for up in path.parents if up.name == "templates")).as_posix())
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", source)
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", source)


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_a_template_says_no_word_that_cannot_be_translated(path: Path):
    source = re.sub(r"{#.*?#}|{% comment .*?endcomment %}", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(
        r"{% blocktranslate.*?endblocktranslate %}|{% translate .*?%}|\b_\(.*?\)", "", source, flags=re.DOTALL
    )
    assert not re.findall(r"[\u3400-\u9fff]+", source)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_draws_only_icons_that_exist(path: Path):
    sprite = (VENDOR / "tabler-icons-3.51.0" / "icons.svg").read_text("utf-8")
    for name in re.findall(r"{% icon ['\"]([^'\"]+)", path.read_text("utf-8")):
        assert f'id="{name}"' in sprite


def test_cards_on_a_small_screen_have_their_column_names():
    for path in PAGES:
        for table in re.findall(r'<table class="rows.*?</table>', path.read_text("utf-8"), re.DOTALL):
            assert all("data-label" in cell for cell in re.findall(r"<td[^>]*>", table)), path.name


def test_what_is_vendored_is_what_was_written_down():
    listed = re.findall(r"^\| (\S+/\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "VENDORED.md").read_text("utf-8"), re.M)
    assert dict(listed) == {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name, _hash in listed}
    present = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert present - {"VENDORED.md"} - {name for name in present if name.endswith("LICENSE")} == {
        name for name, _ in listed
    }


def test_the_engine_knows_the_parts():
    assert "zhize" in Engine.get_default().template_libraries
