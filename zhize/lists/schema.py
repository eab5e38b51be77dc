"""What the database itself refuses for editions: editing or deleting one, and an act that would be recorded behind one.

An edition says what was believed at a moment. An act takes its moment when it begins and is seen when it commits; one that
began before the edition's moment and committed after it would change what was believed then. Acts that state or
withdraw statements therefore share a lock which publishing takes alone, and one whose moment an edition has overtaken is
refused: its clerk sends it again, a second later, with a moment of its own.
"""

from __future__ import annotations

from django.db import migrations

PUBLISHING = 0x5A480001  # the advisory lock's number

_FUNCTIONS = f"""
create function lists_edition_is_never_edited() returns trigger language plpgsql as $$
begin
  raise exception 'an edition is never edited and never deleted' using errcode = 'ZH001', table = tg_table_name;
end $$;
create function lists_nothing_behind_an_edition() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared({PUBLISHING});
  if exists (select 1 from lists_edition where believed >= new.at and event_id <> new.id) then
    raise exception 'an edition was published since' using errcode = 'ZH003', table = tg_table_name;
  end if;
  return new;
end $$;
create trigger lists_edition_never_edited before update or delete on lists_edition
  for each row execute function lists_edition_is_never_edited();
create trigger lists_nothing_behind_an_edition before insert on record_event
  for each row when (new.rows_root <> '' or new.payload ? 'withdrew') execute function lists_nothing_behind_an_edition();
"""
_DROP = """
drop trigger lists_nothing_behind_an_edition on record_event;
drop trigger lists_edition_never_edited on lists_edition;
drop function lists_nothing_behind_an_edition();
drop function lists_edition_is_never_edited();
"""


def editions_kept() -> migrations.RunSQL:
    return migrations.RunSQL(_FUNCTIONS, _DROP)
