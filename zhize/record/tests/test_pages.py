"""Papers and laws on their pages: found by number, shown with what they changed, before and after."""

from django.test import Client

from tests.town import Town

SITE = Client(headers={"host": "localhost"})


def page(path: str, status: int = 200, **query: str) -> str:
    answer = SITE.get(path, query)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_paper_is_found_by_its_number_however_it_is_bracketed(town: Town):
    for words in ("温演〔2016〕1号", "温演[2016]1号", "溫演﹝2016﹞1號", "综合行政执法第一批划转"):
        assert "wz-demo-2016-handover" in page("/instruments/", q=words), words


def test_papers_by_kind_issuer_and_year(town: Town):
    said = page("/instruments/", kind="reply", issuer="民政部", year="2019")
    assert "龙港" in said and "共 1 份" in said
    assert "没有符合的文件" in page("/instruments/", q="没有这份文件")
    for year in ("去年", "²", "1"):
        assert "年份" in page("/instruments/", 400, year=year)


def test_the_list_of_papers_is_paged_by_key(town: Town):
    first = page("/instruments/")
    cursor = first.split("?before=")[1].split('"')[0].replace("%7E", "~")
    assert page("/instruments/", before=cursor) != first
    assert "翻页的位置" in page("/instruments/", 400, before="2016-01-01~x")


def test_the_hand_over_shows_who_held_it_before_and_after(town: Town):
    said = page("/instruments/wz-demo-2016-handover/")
    row = said.split("<tbody>")[1].split("</tr>")[0]
    assert "综合行政执法局" in row and "划转" not in row and "此前" in row
    assert "演示数据" in said and "职责归属：立" in said and "划转职责" in said
    ended = page("/instruments/wz-demo-2016-handover/", what="holding", side="ended")
    assert "它终止的" in ended and "2016-05-31" in ended


def test_a_paper_nothing_rests_on_says_so(town: Town):
    paper = town.notice(key="lonely", unverified=["signed"])
    said = page(paper.get_absolute_url())
    assert "登记中没有哪一句话以它为据" in said and "待核" in said and "成文日期" in said


def test_a_law_shows_its_versions_and_the_articles_kept(town: Town):
    said = page("/laws/行政处罚法/")
    assert "2021-07-15" in said and "现行" in said
