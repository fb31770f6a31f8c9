-- why: every change of a retail price is kept with its reason, so that it can be looked at and taken back
-- locks: none on existing data

-- One row per SKU and change-set: the first old values and the last new ones of everything a run did to it.
create table price_changes (
  id uuid primary key,
  -- The run, or an id of its own for a change by rule, by hand or by the clock.
  change_set uuid not null,
  cause text not null check (cause in ('run', 'clock', 'rule', 'hand', 'revert')),
  -- Named without a reference: history outlives runs.
  run_id uuid,
  sku_id uuid not null references skus,
  old_cost bigint,
  new_cost bigint,
  old_retail bigint not null check (old_retail > 0),
  new_retail bigint not null check (new_retail > 0),
  rule_id uuid,
  at timestamptz not null,
  constraint price_changes_once unique (change_set, sku_id)
);
create index price_changes_sku on price_changes (sku_id, id desc);
create index price_changes_run on price_changes (run_id, id desc) where run_id is not null;
call lapak_protect('price_changes');
grant select, insert, update on price_changes to lapak_worker;
