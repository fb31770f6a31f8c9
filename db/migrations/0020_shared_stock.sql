-- why: credentials that several buyers use at once: seats that are claimed like stock, come back when they end, and
--   show every holder the newest secret
-- locks: skus and deliveries for a moment, as they learn columns and a check; safe while older code runs: it sells no
--   shared SKU, and claims of other SKUs do what they did

alter table skus
  add column stock_mode text not null default 'unique' check (stock_mode in ('unique', 'shared')),
  add column seat_days integer check (seat_days between 1 and 3660);

create table shared_credentials (
  id uuid primary key,
  sku_id uuid not null references skus,
  label text not null check (length(label) between 1 and 120),
  seats integer not null check (seats between 1 and 1000),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'PAUSED', 'RETIRED')),
  version integer not null default 1 check (version >= 1),
  fingerprint bytea not null,
  sealed bytea not null,
  key_id text not null,
  expires_at timestamptz,
  rotated_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shared_credentials_fingerprint unique (sku_id, fingerprint)
);
create index shared_credentials_key on shared_credentials (key_id);
call lapak_protect('shared_credentials');
create policy shared_credentials_shelf on shared_credentials for select to lapak_web using (true);
grant select (id, sku_id, seats, state, expires_at) on shared_credentials to lapak_web;
grant select (id, sku_id, label, seats, state, version, fingerprint, key_id, expires_at, rotated_at, created_at, updated_at)
  on shared_credentials to lapak_worker;
grant insert, update on shared_credentials to lapak_worker;

-- One row per seat, for ever. A seat is free when it says so, when its hold ran out, and when its buyer's time is over.
create table shared_seats (
  credential_id uuid not null references shared_credentials,
  number smallint not null check (number >= 1),
  sku_id uuid not null references skus,
  state text not null default 'FREE' check (state in ('FREE', 'HELD', 'SOLD')),
  line_id uuid references order_lines,
  held_until timestamptz,
  expires_at timestamptz,
  constraint shared_seats_pkey primary key (credential_id, number),
  constraint shared_seats_claim check ((state in ('HELD', 'SOLD')) = (line_id is not null)),
  constraint shared_seats_hold check ((state = 'HELD') = (held_until is not null)),
  constraint shared_seats_end check (expires_at is null or state = 'SOLD')
);
create index shared_seats_sku on shared_seats (sku_id, credential_id, number);
create index shared_seats_line on shared_seats (line_id) where line_id is not null;
create index shared_seats_ending on shared_seats (expires_at) where expires_at is not null;
call lapak_protect('shared_seats');
create policy shared_seats_count on shared_seats for select to lapak_web using (true);
-- A request may hold free seats for its own order, nothing else.
create policy shared_seats_take on shared_seats for update to lapak_web
  using (state = 'FREE' or (state = 'HELD' and held_until < now()) or (state = 'SOLD' and expires_at < now()))
  with check (state = 'HELD' and exists (
    select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
-- The buyer of a seat sees its secret as long as the seat is hers.
create policy shared_seats_reveal on shared_seats for select to lapak_vault
  using (state = 'SOLD' and (expires_at is null or expires_at > now()) and exists (
    select 1 from order_lines l join orders o on o.id = l.order_id
    where l.id = line_id and o.token_hash = lapak_token_hash()));
create policy shared_credentials_reveal on shared_credentials for select to lapak_vault
  using (exists (select 1 from shared_seats s where s.credential_id = id));
create policy shared_credentials_rewrap on shared_credentials to lapak_vault
  using (lapak_rewraps()) with check (lapak_rewraps());
grant select (credential_id, number, sku_id, state, line_id, held_until, expires_at) on shared_seats to lapak_web;
grant update (state, line_id, held_until, expires_at) on shared_seats to lapak_web;
grant select, insert, update on shared_seats to lapak_worker;
grant select (credential_id, number, state, line_id, expires_at) on shared_seats to lapak_vault;
grant select (id, sealed, key_id) on shared_credentials to lapak_vault;
grant update (sealed, key_id) on shared_credentials to lapak_vault;

-- Who did what to a credential. Never a secret.
create table credential_changes (
  id uuid primary key,
  credential_id uuid not null references shared_credentials,
  action text not null check (action in ('ADDED', 'ROTATED', 'ACTIVE', 'PAUSED', 'RETIRED', 'END_SET')),
  version integer not null,
  told integer not null default 0 check (told >= 0),
  actor text not null,
  at timestamptz not null default now()
);
create index credential_changes_credential on credential_changes (credential_id, at, id);
call lapak_protect('credential_changes');
grant select, insert on credential_changes to lapak_worker;

-- Not validated: every older row keeps both rules, and a scan under the lock would hold up deliveries.
alter table deliveries
  add column credential_id uuid references shared_credentials,
  add column seat_number smallint,
  add column ends_at timestamptz,
  drop constraint deliveries_content,
  add constraint deliveries_content check (num_nonnulls(stock_unit_id, credential_id, sealed) = 1) not valid,
  add constraint deliveries_seat check ((credential_id is null) = (seat_number is null)) not valid;
create index deliveries_credential on deliveries (credential_id, seat_number) where credential_id is not null;
grant select (credential_id, seat_number, ends_at) on deliveries to lapak_web, lapak_worker;

-- Whether a seat can be given away now: free, or its hold or its time ran out.
create function seat_is_free(p_state text, p_held_until timestamptz, p_expires_at timestamptz)
  returns boolean language sql stable
  as $$ select p_state = 'FREE' or (p_state = 'HELD' and p_held_until < now()) or (p_state = 'SOLD' and p_expires_at < now()) $$;

-- Claims seats for lines, all or nothing; answers the SKUs that are short (none = claimed). As with units, pass 1
-- skips what others hold and takes from the least used credential, and pass 2 waits for the holders before it says
-- "short". A credential is sold from only while it outlasts the hold and what the buyer pays for.
-- Locks: SKUs in id order; pass 2 seats in order of credential and number, one advisory lock per SKU. Uses
-- shared_seats_sku.
create function claim_seats(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
  returns uuid[] language plpgsql set search_path = pg_catalog, public as $$
declare
  v_need record;
  v_found record;
  v_pass integer;
  v_short uuid[] := '{}';
begin
  for v_pass in 1..2 loop
    begin
      v_short := '{}';
      for v_need in
        select n.sku_id, sum(n.quantity)::integer as quantity, k.seat_days
        from unnest(p_sku_ids, p_quantities) n (sku_id, quantity) join skus k on k.id = n.sku_id
        group by n.sku_id, k.seat_days order by n.sku_id
      loop
        if v_pass = 1 then
          select array_agg(seat.credential_id) as credentials, array_agg(seat.number) as numbers into v_found from (
            select s.credential_id, s.number
            from shared_seats s
            join shared_credentials c on c.id = s.credential_id
            join (
              select t.credential_id, count(*) filter (where not seat_is_free(t.state, t.held_until, t.expires_at)) as taken
              from shared_seats t where t.sku_id = v_need.sku_id group by t.credential_id
            ) used on used.credential_id = s.credential_id
            where s.sku_id = v_need.sku_id and c.state = 'ACTIVE'
              and seat_is_free(s.state, s.held_until, s.expires_at)
              and (c.expires_at is null or c.expires_at > now() + make_interval(days => coalesce(v_need.seat_days, 0), mins => p_hold_minutes))
            order by used.taken, s.credential_id, s.number limit v_need.quantity for update of s skip locked
          ) seat;
        else
          perform pg_advisory_xact_lock(hashtextextended(v_need.sku_id::text, 43));
          select array_agg(seat.credential_id) as credentials, array_agg(seat.number) as numbers into v_found from (
            select s.credential_id, s.number
            from shared_seats s
            join shared_credentials c on c.id = s.credential_id
            where s.sku_id = v_need.sku_id and c.state = 'ACTIVE'
              and seat_is_free(s.state, s.held_until, s.expires_at)
              and (c.expires_at is null or c.expires_at > now() + make_interval(days => coalesce(v_need.seat_days, 0), mins => p_hold_minutes))
            order by s.credential_id, s.number limit v_need.quantity for update of s
          ) seat;
        end if;
        if coalesce(cardinality(v_found.numbers), 0) < v_need.quantity then
          v_short := v_short || v_need.sku_id;
        else
          perform hold_seats(v_found.credentials, v_found.numbers, v_need.sku_id, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
        end if;
      end loop;
      if cardinality(v_short) = 0 then return v_short; end if;
      raise exception using errcode = 'LP010';
    exception when sqlstate 'LP010' then null;
    end;
  end loop;
  return v_short;
end $$;

-- Deals locked seats of one SKU out to the lines that need it, in the order of the lines.
create function hold_seats(p_credentials uuid[], p_numbers smallint[], p_sku_id uuid, p_line_ids uuid[], p_sku_ids uuid[],
    p_quantities integer[], p_hold_minutes integer)
  returns void language sql set search_path = pg_catalog, public as $$
  with line as (
    select n.line_id, n.quantity, sum(n.quantity) over (order by n.position) as upto
    from unnest(p_line_ids, p_sku_ids, p_quantities) with ordinality n (line_id, sku_id, quantity, position)
    where n.sku_id = p_sku_id
  ), seat as (
    select n.credential_id, n.number, n.turn
    from unnest(p_credentials, p_numbers) with ordinality n (credential_id, number, turn)
  )
  update shared_seats s
  set state = 'HELD', line_id = l.line_id, expires_at = null,
    held_until = now() + make_interval(mins => p_hold_minutes)
  from seat join line l on seat.turn > l.upto - l.quantity and seat.turn <= l.upto
  where s.credential_id = seat.credential_id and s.number = seat.number
$$;

-- Claims whatever the lines need: units of unique SKUs, then seats of shared ones; all or nothing, in one call.
alter function claim_stock(uuid[], uuid[], integer[], integer) rename to claim_units;
create function claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
  returns uuid[] language plpgsql set search_path = pg_catalog, public as $$
declare
  v_shared uuid[] := (select array_agg(k.id) from skus k where k.id = any (p_sku_ids) and k.stock_mode = 'shared');
  v_short uuid[] := '{}';
  v_units record;
  v_seats record;
begin
  if v_shared is null then return claim_units(p_line_ids, p_sku_ids, p_quantities, p_hold_minutes); end if;
  select array_agg(n.line_id order by n.position) as lines, array_agg(n.sku_id order by n.position) as skus,
    array_agg(n.quantity order by n.position) as quantities into v_units
  from unnest(p_line_ids, p_sku_ids, p_quantities) with ordinality n (line_id, sku_id, quantity, position)
  where n.sku_id <> all (v_shared);
  select array_agg(n.line_id order by n.position) as lines, array_agg(n.sku_id order by n.position) as skus,
    array_agg(n.quantity order by n.position) as quantities into v_seats
  from unnest(p_line_ids, p_sku_ids, p_quantities) with ordinality n (line_id, sku_id, quantity, position)
  where n.sku_id = any (v_shared);
  begin
    if v_units.lines is not null then
      v_short := claim_units(v_units.lines, v_units.skus, v_units.quantities, p_hold_minutes);
    end if;
    v_short := v_short || claim_seats(v_seats.lines, v_seats.skus, v_seats.quantities, p_hold_minutes);
    if cardinality(v_short) > 0 then raise exception using errcode = 'LP010'; end if;
  exception when sqlstate 'LP010' then null;
  end;
  return v_short;
end $$;
