"""Rule 4 derived again from rows and events: what a transfer took from some it gave to others, leaf by leaf, the same day.

The act refuses what does not balance (`commands/holdings.py`). This asks the rows themselves, years later: each transfer's
event names what it withdrew and what it recorded; at every moment where one of those spans begins or ends, the leaves
held in their own name before and after must be the same. Where both sides say the same places nothing is unfolded.
"""

from __future__ import annotations

TRANSFERS = ("hand_over", "authorise", "devolve", "take_back", "merge", "split")

UNBALANCED = """
with told as (
  select e.id as event, 'out' as side, h.* from record_event e join register_holding h on h.withdrawn_by_id = e.id
   where e.act = any(%(acts)s) and h.capacity = 'NAME_HOLDER'
  union all
  select e.id, 'in', h.* from record_event e join register_holding h on h.recorded_by_id = e.id
   where e.act = any(%(acts)s) and h.capacity = 'NAME_HOLDER'
), moments as (
  select distinct event, duty_id, segment_id, level, day from told, unnest(array[from_day, to_day]) day where day is not null
), said as (
  select m.event, m.duty_id, m.segment_id, m.level, m.day,
    array_agg(distinct row(t.place_id, t.excludes)::text) filter (where t.side = 'out') as before,
    array_agg(distinct row(t.place_id, t.excludes)::text) filter (where t.side = 'in') as after
  from moments m join told t on t.event = m.event and t.duty_id = m.duty_id and t.level = m.level
   and t.segment_id is not distinct from m.segment_id and t.from_day <= m.day and (t.to_day is null or t.to_day > m.day)
  group by 1, 2, 3, 4, 5
), held as (
  select s.event, s.duty_id, s.segment_id, s.level, s.day,
    array_agg(distinct p.place_id) filter (where t.side = 'out') as before,
    array_agg(distinct p.place_id) filter (where t.side = 'in') as after
  from said s join told t on t.event = s.event and t.duty_id = s.duty_id and t.level = s.level
   and t.segment_id is not distinct from s.segment_id and t.from_day <= s.day and (t.to_day is null or t.to_day > s.day)
  join places_placepath p on t.place_id = any(p.chain) and not p.chain && t.excludes
   and p.from_day <= s.day and (p.to_day is null or p.to_day > s.day)
  join places_place q on q.id = p.place_id and q.kind = 'division'
  where s.before is distinct from s.after and not exists (select 1 from places_placelink l where l.parent_id = p.place_id
    and l.hierarchy = 'LEGAL' and l.withdrawn_at is null and l.from_day <= s.day and (l.to_day is null or l.to_day > s.day))
  group by 1, 2, 3, 4, 5
)
select h.event, h.duty_id, h.day, coalesce(cardinality(h.before), 0) as gone, coalesce(cardinality(h.after), 0) as come,
  (select w.name from register_dutywording w where w.duty_id = h.duty_id and w.withdrawn_at is null limit 1) as duty,
  (select n.name from places_placename n where n.withdrawn_at is null and n.place_id = any(h.before || h.after)
     and not (n.place_id = any(coalesce(h.before, '{}')) and n.place_id = any(coalesce(h.after, '{}')))
   order by n.place_id limit 1) as place
from held h where h.before is distinct from h.after"""
