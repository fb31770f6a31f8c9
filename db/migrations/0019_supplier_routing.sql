-- why: several suppliers per SKU: what was sent is kept word for word, suppliers are scored, circuits open, balances are
-- watched, and a purchase that its supplier took back later is visible
-- locks: supplier_offers and supplier_purchases for adding columns without a rewrite, then rows of supplier_purchases once,
-- and writes to it while three indexes are built; safe while older code runs, which fills the new columns by their defaults

-- How the supplier wants target and zone: in fields of their own, joined in one, with a bar between them, or no zone at all.
alter table supplier_offers add column target_form text not null default 'apart'
  check (target_form in ('apart', 'joined', 'piped', 'single'));
-- Its supplier is paused: known and orderable, and not sold from.
alter table supplier_offers add column rests boolean not null default false;

alter table supplier_purchases add column reference text;
-- What was sent as the most that the unit may cost; null before it was sent.
alter table supplier_purchases add column max_price bigint check (max_price > 0);
alter table supplier_purchases add column target_form text not null default 'apart'
  check (target_form in ('apart', 'joined', 'piped', 'single'));
-- What is scored and broken together; null for purchases of older code.
alter table supplier_purchases add column family text;
-- The last call about this purchase: calls must lie apart.
alter table supplier_purchases add column asked_at timestamptz;
-- The supplier took a success back: its money returned, the buyer's goods are in doubt until a person has looked.
alter table supplier_purchases add column reversed_at timestamptz;
alter table supplier_purchases add column reversal_settled_at timestamptz;
-- Its supplier knows our reference: one that a person has cannot be mistaken for another for the same target.
alter table supplier_purchases add column told_apart boolean not null default false;
drop index supplier_purchases_one_in_doubt;
create unique index supplier_purchases_one_in_doubt on supplier_purchases (supplier, service_code, target_no, target_zone)
  where state in ('IN_FLIGHT', 'UNKNOWN') or (state = 'MANUAL' and supplier_ref is null and not told_apart);
update supplier_purchases set reference = id::text, asked_at = sent_at;
create unique index supplier_purchases_reference on supplier_purchases (reference) where reference is not null;
create index supplier_purchases_open on supplier_purchases (supplier, family)
  where state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED');
create index supplier_purchases_reversed on supplier_purchases (reversed_at)
  where reversed_at is not null and reversal_settled_at is null;

-- One row per supplier that was ever read or paused.
create table supplier_states (
  supplier text primary key,
  balance bigint,
  balance_at timestamptz,
  low_balance bigint check (low_balance >= 0),
  paused_by text check (paused_by in ('operator', 'low_balance')),
  paused_at timestamptz,
  pause_note text,
  -- What the balance must reach before the supplier goes on by itself: a refused unit costs more than it has.
  resume_at_balance bigint,
  updated_at timestamptz not null default now(),
  constraint supplier_states_balance check ((balance is null) = (balance_at is null)),
  constraint supplier_states_pause check ((paused_by is null) = (paused_at is null))
);
call lapak_protect('supplier_states');
grant select, insert, update on supplier_states to lapak_worker;

-- How purchases of a supplier and a family ended, per ten minutes. `seconds` counts deliveries by how long they took.
create table supplier_scores (
  supplier text not null,
  family text not null,
  bucket timestamptz not null,
  delivered integer not null default 0 check (delivered >= 0),
  failed integer not null default 0 check (failed >= 0),
  seconds integer[] not null,
  constraint supplier_scores_pkey primary key (supplier, family, bucket)
);
create index supplier_scores_old on supplier_scores (bucket);
call lapak_protect('supplier_scores');
grant select, insert, update, delete on supplier_scores to lapak_worker;

-- Circuits, shared by all processes. `recent` holds the last outcomes, oldest first: 1 for a failure.
create table supplier_circuits (
  supplier text not null,
  family text not null,
  in_a_row integer not null default 0 check (in_a_row >= 0),
  recent text not null default '' check (recent ~ '^[01]{0,20}$'),
  open_until timestamptz,
  reason text not null default '',
  -- The one purchase that tries whether the supplier is back, and until when it may.
  probe_id uuid,
  probe_until timestamptz,
  updated_at timestamptz not null default now(),
  constraint supplier_circuits_pkey primary key (supplier, family)
);
create index supplier_circuits_old on supplier_circuits (updated_at);
call lapak_protect('supplier_circuits');
grant select, insert, update, delete on supplier_circuits to lapak_worker;

-- What lies with Digiflazz and what was bought there.
select open_account('supplier:digiflazz', 'IDR', null, null);
