"""Words of the scheme find the matter; with the learned label, the branch too."""

import time

import pytest

from zhize.cases.suggest import MatterIndex, MatterText, Message, suggest_matter, suggest_matters
from zhize.cases.suggest.tests.town_letters import UNSEEN

SCHEME = [
    MatterText("01", "城市建设", label="城乡建设"),
    MatterText("0101", "市容"),
    MatterText("010101", "占道经营", ("市容",), ("摆摊", "流动摊贩", "夜市"), ("对占用道路摆设摊点的处罚",)),
    MatterText("010102", "路灯照明", ("市政",), ("路灯", "楼道灯"), ("城市照明设施的维护",)),
    MatterText("010103", "物业服务", ("住房",), ("物业费", "物业不修"), ("对物业服务企业的监督",)),
    MatterText("02", "劳动", label="劳动和社会保障"),
    MatterText("020101", "拖欠工资", ("劳动监察",), ("讨薪", "不发工资", "欠薪"), ("对克扣或者拖欠工资的处理",)),
    MatterText("020102", "单位不缴社保", ("社会保险",), ("不缴社保", "断缴"), ("社会保险费征缴的监督",)),
    MatterText("03", "教育", label="教育文体"),
    MatterText("030101", "有偿补课", ("教师",), ("补课", "补习班"), ("对教师有偿补课的处理",)),
    MatterText("04", "环境", label="环境保护"),
    MatterText("040101", "工业废水偷排", ("水污染",), ("偷排", "污水", "排污口"), ("对超标排放水污染物的处罚",)),
    MatterText("05", "交通", label="交通运输"),
    MatterText("050101", "公交线路和班次", ("公共交通",), ("公交车", "班次"), ("城市公共交通线路的调整",)),
    MatterText("050102", "公路被占用", ("公路",), ("公路摆摊", "马路晒谷"), ("对占用公路的处罚",)),
    MatterText("11", "公安"),
    MatterText("110101", "户口办理", ("户籍",), ("上户口", "户口迁移"), ("户口登记",)),
]
NAMES = {matter.code: matter.name for matter in SCHEME}


@pytest.fixture(scope="module")
def index():
    return MatterIndex.build(SCHEME)


def found(index, text, **options):
    return [NAMES[hit.code] for hit in index.nearest(text, **options)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("摆摊", "占道经营"),
        ("门口天天有人擺攤，吵得睡不着", "占道经营"),
        ("公司三个月不发工资了，怎么讨薪", "拖欠工资"),
        ("孩子的老师在外面办补习班", "有偿补课"),
        ("上游有厂子半夜偷排污水", "工业废水偷排"),
        ("新生儿上户口要带什么", "户口办理"),
        ("村里人在公路摆摊卖西瓜", "公路被占用"),
    ],
)
def test_people_s_own_words_find_the_matter(index, text, name):
    assert found(index, text)[0] == name


def test_only_the_lowest_level_is_answered(index):
    assert all(len(hit.code) == 6 for text in ("市容", "公安户口", "劳动工资") for hit in index.nearest(text))


def test_a_branch_can_be_asked_alone(index):
    assert found(index, "公路上摆摊", within="01") == ["占道经营"]
    assert found(index, "公路上摆摊", within="03") == []


def test_the_words_of_a_hit_stand_in_the_text(index):
    for text in ("門口有人擺攤", "小区 楼道 灯 坏了，物业 不修", "ＫＴＶ门口摆摊"):
        for hit in index.nearest(text):
            assert hit.words and all(word in text for word in hit.words)


def test_nothing_heard_is_no_hit(index):
    assert index.nearest("") == index.nearest("???") == index.nearest("zzz") == []
    assert MatterIndex.build([]).nearest("摆摊") == []


def test_many_are_answered_as_one_by_one(index):
    texts = ["摆摊", "不发工资", ""]
    assert index.nearest_many(texts, top=2) == [index.nearest(text, top=2) for text in texts]
    assert index.nearest_many(["公路摆摊"], within=["01"]) == [index.nearest("公路摆摊", within="01")]


def test_the_order_of_the_scheme_does_not_matter(index):
    other = MatterIndex.build(reversed(SCHEME))
    for text in ("摆摊", "物业不修路灯", "偷排"):
        assert [(h.code, pytest.approx(h.score)) for h in index.nearest(text)] == [
            (h.code, h.score) for h in other.nearest(text)
        ]


def test_letters_dispatched_earlier_teach_new_words():
    taught = [MatterText(m.code, m.name, m.path, m.synonyms, m.wordings, m.label) for m in SCHEME[:-1]]
    taught.append(MatterText("110101", "户口办理", synonyms=("上户口",), examples=("刚出生的宝宝落户",)))
    assert found(MatterIndex.build(SCHEME), "宝宝落户") == []
    assert found(MatterIndex.build(taught), "宝宝落户")[0] == "户口办理"


def test_while_typing_the_words_alone_decide(index):
    suggestion = suggest_matter(Message(text="路灯坏了"), None, index)
    assert NAMES[suggestion.code] == "路灯照明" and suggestion.words == ["路灯"]
    assert 0 < suggestion.confidence <= 1
    assert suggest_matter(Message(text="？"), None, index).code == ""


def test_typing_is_answered_within_five_milliseconds(index):
    index.nearest("摆摊")  # the tables of traditional script are read once
    texts = [f"小区门口第{n}个摊位天天摆摊，物业不管" for n in range(50)]
    began = time.process_time()
    for text in texts:
        suggest_matter(Message(text=text), None, index)
    assert (time.process_time() - began) / len(texts) < 0.005


def test_the_label_says_which_branch_and_the_words_which_matter(model, index):
    named = [NAMES[s.code] for s in suggest_matters(UNSEEN, model, index)]
    assert named == ["路灯照明", "拖欠工资", "有偿补课", "工业废水偷排", "公交线路和班次"] or named[0] == "物业服务"
    assert named[1:] == ["拖欠工资", "有偿补课", "工业废水偷排", "公交线路和班次"]


def test_confidence_is_the_product_of_both_stages(model, index):
    for message, suggestion in zip(UNSEEN, suggest_matters(UNSEEN, model, index), strict=True):
        label = model.suggest([message])[0]
        assert suggestion.label == label.label
        assert suggestion.confidence == suggestion.candidates[0].confidence <= label.confidence
        assert sum(candidate.confidence for candidate in suggestion.candidates) <= 1
        shown = message.title + message.text
        assert all(word in shown for word in suggestion.words)


def test_a_branch_no_label_stands_for_is_still_reached_by_its_words(model, index):
    message = Message("新生儿上户口", "孩子上户口，户口迁移要什么材料？")
    codes = [candidate.code for candidate in suggest_matter(message, model, index).candidates]
    assert "110101" in codes


def test_as_many_candidates_as_asked(index):
    message = Message(text="物业不修路灯，门口摆摊，公路摆摊，不发工资")
    assert len(suggest_matters([message], None, index, 2)[0].candidates) == 2
