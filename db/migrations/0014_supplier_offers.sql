-- why: supplier offers move onto the synchronisation engine and learn what the clock and several suppliers need to know
-- locks: supplier_offers for adding columns without a rewrite, then its unavailable rows; safe while older code runs, which
-- fills the new columns by their defaults

-- What the supplier says at the last pull; `available` is what follows from it now: not gone, not held back, not cut off.
alter table supplier_offers add column offered boolean not null default true;
-- Purchases of this supplier can be placed. An offer without it is known, and neither sold nor priced by.
alter table supplier_offers add column orderable boolean not null default true;
-- Minutes of the day in Asia/Jakarta during which the supplier does not deliver; start may lie after the end.
alter table supplier_offers add column cut_off_start smallint check (cut_off_start between 0 and 1439);
alter table supplier_offers add column cut_off_end smallint check (cut_off_end between 0 and 1439);
alter table supplier_offers add constraint supplier_offers_cut_off check ((cut_off_start is null) = (cut_off_end is null));
-- When it went away of late, oldest first, and until when a return is not trusted yet.
alter table supplier_offers add column drops timestamptz[] not null default '{}';
alter table supplier_offers add column held_until timestamptz;
-- The engine keeps fingerprints; older code still fills this one.
alter table supplier_offers alter column content_hash set default '';

update supplier_offers set offered = false where not available;

-- Offers whose availability the clock may change.
create index supplier_offers_clock on supplier_offers (id) where cut_off_start is not null or held_until is not null;

-- The engine finds them again under the ids they have; without a fingerprint each is compared once.
insert into sync_records (connection, entity, external_id, local_id, gone_at)
  select supplier, 'offer', code, id, missing_since from supplier_offers where length(code) between 1 and 200;

-- What an offer cost since when; a row per change. The run is named without a reference: history outlives runs.
create table offer_costs (
  offer_id uuid not null references supplier_offers,
  valid_from timestamptz not null,
  cost bigint not null check (cost > 0),
  run_id uuid,
  constraint offer_costs_pkey primary key (offer_id, valid_from)
);
call lapak_protect('offer_costs');
grant select, insert, update on offer_costs to lapak_worker;
insert into offer_costs (offer_id, valid_from, cost) select id, updated_at, cost from supplier_offers;
