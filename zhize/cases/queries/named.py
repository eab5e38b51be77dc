"""What a message from a program names, looked up in one prepared statement: a place by its code, a matter by its code, and
whether the key reaches there.

Only what is plain is found here; a name, an old code, an unknown one goes the usual way, which knows what to refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhize.cases import sql
from zhize.places.models import Place
from zhize.register.keys import Caller
from zhize.register.models import Matter

NAMED = """
select c.place, m.id, p.chain
from (select min(place_id) as place from places_placecode where code = %(place)s and withdrawn_at is null
  and from_day <= %(day)s::date and (to_day is null or to_day > %(day)s::date) having count(*) = 1) c
left join register_matter m on m.code = %(matter)s
left join lateral (select chain, to_day from places_placepath where place_id = c.place and from_day <= %(day)s::date
  order by from_day desc limit 1) p on p.to_day is null or p.to_day > %(day)s::date"""


def ahead(said: Mapping[str, Any], by: Caller) -> None:
    """Fill what this caller has looked up already; the reading of the body then asks nothing more."""
    message = said.get("message")
    if not isinstance(message, dict):
        return
    place, matter = (_plain(message.get(name)) for name in ("place", "matter"))
    if not place.isdigit() or len(place) not in (6, 9):
        return
    for place_id, matter_id, chain in sql.run(NAMED, {"place": place, "matter": matter, "day": by.day}):
        by.looked_up[Place, place] = Place.from_db("default", ["id"], [place_id])
        if matter_id is not None:
            by.looked_up[Matter, matter] = Matter.from_db("default", ["id"], [matter_id])
        if by.key is not None and by.key.place_id is not None:
            by.looked_up[place_id] = by.key.place_id in (chain or ())


def _plain(value: Any) -> str:
    """A code as JSON says it, else nothing."""
    return value if isinstance(value, str) and value.isascii() and value.isprintable() and len(value) <= 40 else ""
