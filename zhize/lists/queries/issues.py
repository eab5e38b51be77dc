"""What is published: a list of one kind, of one body, or of a government (the bodies whose site is its place)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zhize.kernel.errors import BadInput
from zhize.lists.kinds import LISTS, ListKind
from zhize.places.models import Place
from zhize.places.queries import place_name
from zhize.register.models import Body, BodySite
from zhize.register.queries import body_name


@dataclass(frozen=True)
class Issue:
    """Exactly one of `body` and `place`. Raises BadInput for a kind nobody publishes."""

    kind: str
    body: Body | None = None
    place: Place | None = None

    def __post_init__(self) -> None:
        if self.kind not in LISTS:
            raise BadInput(
                "没有“{kind}”这种清单",
                why="可选：" + "、".join(f"{k.name}（{k.label}）" for k in LISTS.values()),
                code="unknown_kind",
                kind=self.kind,
                field="kind",
            )
        if (self.body is None) == (self.place is None):
            raise BadInput("请写明是哪个机构或哪个地方的清单", code="no_scope", field="body")

    @property
    def list_kind(self) -> ListKind:
        return LISTS[self.kind]

    @property
    def scope(self) -> str:
        """The first half of an edition's key: stable, whatever the body is called later."""
        return self.body.code if self.body else f"place-{self.place.key}"  # type: ignore[union-attr]

    def bodies(self, day: date, believed: datetime | None = None) -> list[int]:
        """Whose items stand in it that day."""
        if self.body:
            return [self.body.pk]
        sited = BodySite.objects.as_of(day, believed).filter(place=self.place)
        return sorted(sited.values_list("body_id", flat=True))

    def site(self, day: date, believed: datetime | None = None) -> int | None:
        """The place whose officers may publish it."""
        if self.place:
            return self.place.pk
        return BodySite.objects.as_of(day, believed).filter(body=self.body).values_list("place_id", flat=True).first()

    def name(self, day: date, believed: datetime | None = None) -> str:
        """温州市住房和城乡建设委员会权力清单."""
        whose = body_name(self.body.pk, day, believed) if self.body else place_name(self.place.pk, day, believed)  # type: ignore[union-attr]
        return whose + self.list_kind.label
