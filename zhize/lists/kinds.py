"""The kinds of published list (清单): which duties stand in each, whose it is, and the fields its columns show."""

from __future__ import annotations

from dataclasses import dataclass

from zhize.register.fields import LISTED


@dataclass(frozen=True)
class ListKind:
    """One published list. `kinds`: of duties; `fields`: of `register.fields`; `bodies`: the kinds of body that have it;
    `marked`: the field that must be said of an item for it to stand here."""

    name: str
    label: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    bodies: tuple[str, ...] = ()
    marked: str = ""
    article: str = ""


_POWER_COLUMNS = ("unit", "legal_limit", "promised_limit", "fees", "stages", "blame", "consult", "complain")
LISTS: dict[str, ListKind] = {
    x.name: x
    for x in (
        ListKind("power", "权力清单", ("power",), _POWER_COLUMNS, article="中办发〔2015〕21号"),
        ListKind("duty", "责任清单", ("main", "work", "goal", "supervision", "service"), ("unit", "case", "measures"),
                 article="浙政办发〔2015〕110号"),
        ListKind("service", "公共服务清单", ("service",), ("unit", "served", "materials", "fees", "consult", "where")),
        ListKind("basic_service", "基本公共服务清单", ("service",), (LISTED, "standard", "spending", "coverage", "leader"),
                 marked=LISTED),
        ListKind("town", "乡镇（街道）清单", ("power", "service"), _POWER_COLUMNS, ("乡镇街道",)),
        ListKind("zone", "功能区清单", ("power", "service"), _POWER_COLUMNS, ("管委会",)),
    )
}  # fmt: skip
