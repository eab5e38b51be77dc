"""What the menus hold. An entry is shown once its page stands, and to the seats the page is for: never a dead link, never a 403."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Entry:
    label: str
    page: str  # the URL's name
    icon: str
    key: str = ""  # after "g": the keyboard way there
    main: bool = False  # stands in the bottom bar of a small screen


PUBLIC = (
    Entry(gettext_noop("归谁管"), "site:home", "search", "h"),
    Entry(gettext_noop("机关"), "register:bodies", "building-bank", "b"),
    Entry(gettext_noop("清单"), "lists:lists", "list-details", "l"),
    Entry(gettext_noop("文件"), "record:instruments", "file-text", "i"),
    Entry(gettext_noop("反映问题"), "cases:report", "message-report", "n"),
    Entry(gettext_noop("查进度"), "cases:track", "clock", "t"),
    Entry(gettext_noop("热线统计"), "cases:statistics", "chart-bar", "o"),
    Entry(gettext_noop("常见问题"), "cases:questions", "info-circle", "q"),
)

DESK = (
    Entry(gettext_noop("今日工作"), "cases:worklist", "inbox", "d", main=True),
    Entry(gettext_noop("登记诉求"), "cases:intake", "message-report", "n", main=True),
    Entry(gettext_noop("诉求"), "cases:cases", "clipboard-list", "c", main=True),
    Entry(gettext_noop("知识库"), "cases:knowledge", "info-circle", "q"),
    Entry(gettext_noop("数字"), "cases:figures", "chart-bar", "y"),
    Entry(gettext_noop("归谁管"), "site:home", "search", "h", main=True),
    Entry(gettext_noop("机关"), "register:bodies", "building-bank", "b"),
    Entry(gettext_noop("清单"), "lists:lists", "list-details", "l"),
    Entry(gettext_noop("文件"), "record:instruments", "file-text", "i"),
    Entry(gettext_noop("督办墙"), "cases:wall", "eye", "m"),
    Entry(gettext_noop("热点"), "cases:topics", "chart-bar", ""),
    Entry(gettext_noop("督办单"), "cases:orders", "clipboard-list", "o"),
    Entry(gettext_noop("通报"), "cases:notices", "file-text", ""),
    Entry(gettext_noop("热线归并"), "cases:desk_lines", "info-circle", ""),
    Entry(gettext_noop("登记建议"), "cases:gaps", "git-compare", "s"),
    Entry(gettext_noop("模拟"), "cases:simulation", "git-compare", ""),
    Entry(gettext_noop("清单调整"), "lists:adjustments", "edit", "a"),
    Entry(gettext_noop("清单比对"), "lists:comparisons", "git-compare", "x"),
    Entry(gettext_noop("清单公布"), "lists:publications", "file-certificate", "p"),
    Entry(gettext_noop("法律变动"), "lists:law_changes", "scale", "w"),
    Entry(gettext_noop("登记簿"), "register:desk", "sitemap", "r"),
    Entry(gettext_noop("导入"), "register:imports", "upload", "u"),
    Entry(gettext_noop("核验"), "register:findings", "shield-check", "v"),
    Entry(gettext_noop("接口密钥"), "register:keys", "lock", "k"),
    Entry(gettext_noop("对外发送"), "site:outbox", "external-link", ""),
    Entry(gettext_noop("操作记录"), "register:events", "history", "e"),
)


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    key: str
    main: bool
    current: bool


def links(entries: tuple[Entry, ...], request: HttpRequest) -> list[Link]:
    """The menu for this page and this seat, the entry we stand in marked."""
    seat = getattr(request, "_seat", None)  # asked by the view before; a page without a seat asks nothing here
    known = [
        (entry, url) for entry in entries if (url := address(entry.page)) and is_for(url, seat.role if seat else "")
    ]
    here = _nearest([url for _entry, url in known], request.path)
    return [Link(_(entry.label), url, entry.icon, entry.key, entry.main, url == here) for entry, url in known]


def address(page: str) -> str:
    """Where a page stands; nothing when it does not stand yet."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""


def is_for(url: str, role: str) -> bool:
    """Whether the page opens to the role. Whoever has not sat down is asked to by the page itself."""
    seats = _seats(url)
    return not role or not seats or role in seats


@cache
def _seats(url: str) -> frozenset[str]:
    """The roles the view was declared for (`seat_required`); none named is everybody."""
    return getattr(resolve(url).func, "seats", frozenset())


def _nearest(urls: list[str], path: str) -> str:
    """The longest address that leads to this path; home leads only to itself."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default="")
