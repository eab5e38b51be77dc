"""What the database itself refuses: editing or deleting a statement or an event (invariant 29).

Triggers, because they also hold against code that goes round the acts. `guards(model_table)` is used in each app's
`0002` migration. Procedures get their tables too (`steps`): when one changes, a new migration calls it again, and a test
compares what is installed with what the table says.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import migrations

from zhize.kernel.workflow import Workflow

FUNCTIONS = """
create function zhize_statement_is_never_edited() returns trigger language plpgsql as $$
declare was jsonb := to_jsonb(old) - 'withdrawn_at' - 'withdrawn_by_id';
begin
  if tg_op = 'DELETE' then
    raise exception 'a statement is never deleted' using errcode = 'ZH001', table = tg_table_name;
  end if;
  if was is distinct from to_jsonb(new) - 'withdrawn_at' - 'withdrawn_by_id' or old.withdrawn_at is not null then
    raise exception 'a statement is never edited' using errcode = 'ZH001', table = tg_table_name;
  end if;
  return new;
end $$;
create function zhize_event_is_never_edited() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'an event is never deleted' using errcode = 'ZH001', table = tg_table_name;
  end if;
  if old.seal_id is not null and (new.seal_id, new.leaf_no) is distinct from (old.seal_id, old.leaf_no) then
    raise exception 'a sealed event is never sealed again' using errcode = 'ZH001', table = tg_table_name;
  end if;
  if old.told_at is not null and new.told_at is distinct from old.told_at
     or (old.id, old.act, old.at, old.officer_id, old.seat_id, old.who, old.via, old.instrument_id, old.touched,
         old.payload, old.rows_root, old.tell)
     is distinct from
        (new.id, new.act, new.at, new.officer_id, new.seat_id, new.who, new.via, new.instrument_id, new.touched,
         new.payload, new.rows_root, new.tell) then
    raise exception 'an event is never edited' using errcode = 'ZH001', table = tg_table_name;
  end if;
  return new;
end $$;
"""
SEAL_FUNCTION = """
create function zhize_seal_is_never_edited() returns trigger language plpgsql as $$
begin
  raise exception 'a seal is never edited and never deleted' using errcode = 'ZH001', table = tg_table_name;
end $$;
"""
DROP = "drop function zhize_statement_is_never_edited(); drop function zhize_event_is_never_edited();"


def functions() -> migrations.RunSQL:
    return migrations.RunSQL(FUNCTIONS, DROP)


def seal_function() -> migrations.RunSQL:
    return migrations.RunSQL(SEAL_FUNCTION, "drop function zhize_seal_is_never_edited()")


def guard(table: str, what: str = "statement") -> migrations.RunSQL:
    """Refuse edits and deletes of this table's rows."""
    name = f"{table}_never_edited"
    return migrations.RunSQL(
        f"create trigger {name} before update or delete on {table} "
        f"for each row execute function zhize_{what}_is_never_edited()",
        f"drop trigger {name} on {table}",
    )


# -- procedures: rows that live by a table, and rows that are evidence -----------------------------------------------
def kept_function(app: str) -> migrations.RunSQL:
    """The trigger function behind `kept`, once an app."""
    made = f"""
create function {app}_kept_as_it_was() returns trigger language plpgsql as $$
begin
  raise exception 'kept as it was: % of % is refused', lower(tg_op), tg_table_name using errcode = 'ZH001', table = tg_table_name;
end $$;
"""
    return migrations.RunSQL(made, f"drop function {app}_kept_as_it_was()")


def kept(table: str, *, app: str, may_change: bool = False) -> migrations.RunSQL:
    """Refuse deletes of this table's rows, and edits too unless `may_change`."""
    name, when = f"{table}_kept", "delete" if may_change else "update or delete"
    return migrations.RunSQL(
        f"create trigger {name} before {when} on {table} for each row execute function {app}_kept_as_it_was()",
        f"drop trigger {name} on {table}",
    )


def steps(table: str, flow: Workflow, starts: Iterable[str]) -> migrations.RunSQL:
    """Refuse a first state or a change of state that the lifecycle table does not know."""
    trigger = (
        f"create trigger {table}_steps before insert or update of state on {table} "
        f"for each row execute function {table}_steps()"
    )
    undo = f"drop trigger {table}_steps on {table}; drop function {table}_steps()"
    return migrations.RunSQL(
        f"drop trigger if exists {table}_steps on {table}; {steps_function(table, flow, starts)}; {trigger}", undo
    )


def steps_function(table: str, flow: Workflow, starts: Iterable[str]) -> str:
    """The trigger function for a lifecycle."""
    first = ", ".join(f"'{state}'" for state in starts)
    pairs = ", ".join(f"'{source}>{target}'" for source, target in flow.transitions())
    return f"""create or replace function {table}_steps() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.state not in ({first}) then
      raise exception 'no life begins as %', new.state using errcode = 'ZH002', table = tg_table_name;
    end if;
  elsif new.state <> old.state and old.state || '>' || new.state not in ({pairs}) then
    raise exception 'no step leads from % to %', old.state, new.state using errcode = 'ZH002', table = tg_table_name;
  end if;
  return new;
end $$"""
