"""What a township's list took back and the township holds all the same: the query of rule 31."""

TAKEN_BACK = """
select h.id, h.body_id, (select n.name from register_bodyname n where n.body_id = h.body_id and n.withdrawn_at is null limit 1)
 as body, (select w.name from register_dutywording w where w.duty_id = h.duty_id and w.withdrawn_at is null limit 1) as duty,
 coalesce(nullif(i.number, ''), i.title) as paper
from register_holding h join register_body b on b.id = h.body_id and (b.kind = '乡镇街道' or b.level >= 5)
join places_placepath p on p.place_id = h.place_id
join register_townshipitem t on t.duty_id = h.duty_id and t.place_id = any(p.chain) and t.withdrawn_at is null
 and t.kind = 'withdrawn' and daterange(t.from_day, t.to_day) && daterange(h.from_day, h.to_day)
join record_instrument i on i.id = t.instrument_id
where h.withdrawn_at is null and h.id = any(%(ids)s)
 and not exists (select 1 from register_townshipitem o where o.duty_id = h.duty_id and o.withdrawn_at is null
  and o.kind <> 'withdrawn' and o.place_id = any(p.chain) and array_position(p.chain, o.place_id) < array_position(p.chain, t.place_id)
  and daterange(o.from_day, o.to_day) && daterange(h.from_day, h.to_day))"""
