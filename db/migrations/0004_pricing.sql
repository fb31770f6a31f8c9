-- why: margin rules and the retail price that follows from cost and rule
-- locks: none on existing data

create table price_rules (
  id uuid primary key,
  scope text not null check (scope in ('shop', 'category', 'product', 'sku')),
  scope_id uuid,
  margin_bps integer not null check (margin_bps between 0 and 100000),
  margin_fixed bigint not null check (margin_fixed >= 0),
  round_to integer not null check (round_to between 1 and 100000),
  margin_floor bigint not null check (margin_floor >= 0),
  updated_at timestamptz not null default now(),
  constraint price_rules_scope unique nulls not distinct (scope, scope_id),
  constraint price_rules_shop check ((scope = 'shop') = (scope_id is null))
);
call lapak_protect('price_rules');
grant select, insert, update, delete on price_rules to lapak_worker;

create table sku_prices (
  sku_id uuid primary key references skus,
  retail bigint not null check (retail > 0),
  cost bigint check (cost > 0),
  floor bigint not null check (floor >= 0),
  rule_id uuid references price_rules on delete set null,
  hand_set boolean not null default false,
  trace jsonb not null default '[]',
  priced_at timestamptz not null default now(),
  sellable boolean not null generated always as (retail >= floor) stored,
  constraint sku_prices_above_floor check (hand_set or retail >= floor)
);
call lapak_protect('sku_prices');
create policy sku_prices_public on sku_prices for select to lapak_web using (true);
grant select (sku_id, retail, sellable, priced_at) on sku_prices to lapak_web;
grant select, insert, update on sku_prices to lapak_worker;
