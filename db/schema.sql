-- The schema after all migrations, for reading: what is, where db/migrations says how it came to be.
-- Written by `node tools/dump-schema.ts <database url> --write`; a test compares it with the migrations.

-- functions

CREATE OR REPLACE FUNCTION claim_invite(p_provider text, p_plan text, p_moment timestamp with time zone, p_lost_after_ms double precision, p_history_id uuid)
 RETURNS TABLE(claimed_id uuid)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  -- Invites that are tried, each with every account, while others take the accounts at the same moment.
  c_tries constant integer := 20;
  v_now timestamptz := coalesce(p_moment, now());
  v_day date := (v_now at time zone 'Asia/Jakarta')::date;
  v_invite record;
  v_account record;
  v_seat integer;
  v_tried uuid[];
  v_free uuid[];
  v_waits boolean;
  v_at timestamptz := '-infinity';
  v_line uuid := '00000000-0000-0000-0000-000000000000';
  v_slot smallint := 0;
begin
  if not exists (select 1 from usable_accounts(p_provider, p_plan, v_now)) then return; end if;
  for v_turn in 1..c_tries loop
    select i.id, i.line_id, i.slot, i.email, i.queued_at into v_invite from invites i
    where i.provider = p_provider and i.plan = p_plan and i.state = 'QUEUED' and i.due_at <= v_now
      and (i.queued_at, i.line_id, i.slot) > (v_at, v_line, v_slot)
      and (v_free is null or not v_free <@ shunned_accounts(i.line_id, i.slot, i.email))
    order by i.queued_at, i.line_id, i.slot limit 1 for update skip locked;
    if not found then return; end if;
    v_at := v_invite.queued_at;
    v_line := v_invite.line_id;
    v_slot := v_invite.slot;
    v_tried := shunned_accounts(v_invite.line_id, v_invite.slot, v_invite.email);
    v_waits := false;
    loop
      if v_waits then
        select a.id, a.seats, a.seats_seen, a.outside_used, a.daily_quota into v_account
        from usable_accounts(p_provider, p_plan, v_now) u join provider_accounts a on a.id = u.id
        where a.id <> all (v_tried)
        order by u.failures, u.used, u.last_used_at nulls first, a.id limit 1 for update of a;
      else
        select a.id, a.seats, a.seats_seen, a.outside_used, a.daily_quota into v_account
        from usable_accounts(p_provider, p_plan, v_now) u join provider_accounts a on a.id = u.id
        where a.id <> all (v_tried)
        order by u.failures, u.used, u.last_used_at nulls first, a.id limit 1 for update of a skip locked;
      end if;
      if not found then
        exit when v_waits;
        v_waits := true;
        continue;
      end if;
      v_tried := v_tried || v_account.id;
      -- Under the lock everything is read anew: the choice may rest on what was true a moment ago.
      continue when not exists (select 1 from usable_accounts(p_provider, p_plan, v_now) u where u.id = v_account.id)
        or v_account.id = any (shunned_accounts(v_invite.line_id, v_invite.slot, v_invite.email));
      select min(n) into v_seat
      from generate_series(1, least(v_account.seats, coalesce(v_account.seats_seen, v_account.seats))) n
      where not exists (select 1 from account_seats s
        where s.account_id = v_account.id and s.seat_no = n and s.freed_at is null);
      continue when v_seat is null;
      insert into account_days as d (account_id, day, used, quota)
      values (v_account.id, v_day, 1, v_account.daily_quota)
      on conflict on constraint account_days_pkey do update set used = d.used + 1 where d.used < d.quota;
      continue when not found;
      insert into account_seats (invite_id, account_id, seat_no, taken_at)
      values (v_invite.id, v_account.id, v_seat, v_now);
      update provider_accounts a
      set last_used_at = v_now, state = 'ACTIVE', cooldown_until = null, updated_at = v_now
      where a.id = v_account.id;
      update invites i
      set state = 'SENDING', account_id = v_account.id, claim_day = v_day, counted = true, fence = i.fence + 1,
        sent_at = v_now, next_check_at = v_now + p_lost_after_ms * interval '1 millisecond', checks = 0, updated_at = v_now
      where i.id = v_invite.id;
      insert into invite_history (id, invite_id, from_state, to_state, at)
      values (p_history_id, v_invite.id, 'QUEUED', 'SENDING', v_now);
      claimed_id := v_invite.id;
      return next;
      return;
    end loop;
    select array_agg(u.id) into v_free from usable_accounts(p_provider, p_plan, v_now) u;
    if v_free is null then return; end if;
  end loop;
end $function$
;
grant execute on function claim_invite(p_provider text, p_plan text, p_moment timestamp with time zone, p_lost_after_ms double precision, p_history_id uuid) to public;

CREATE OR REPLACE FUNCTION claim_seats(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$
;
grant execute on function claim_seats(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
end $function$
;
grant execute on function claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION claim_units(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare
  v_total integer := (select sum(q) from unnest(p_quantities) q);
  v_units uuid[] := '{}';
  v_found uuid[];
  v_short uuid[] := '{}';
  v_need record;
begin
  begin
    select array_agg(unit.id) into v_units
    from (
      select n.sku_id, sum(n.quantity)::integer as quantity
      from unnest(p_sku_ids, p_quantities) n (sku_id, quantity) group by n.sku_id order by n.sku_id
    ) need
    cross join lateral (
      select u.id from stock_units u
      where u.sku_id = need.sku_id
        and (u.state = 'AVAILABLE' or (u.state = 'RESERVED' and u.reserved_until < now()))
      order by u.id limit need.quantity for update skip locked
    ) unit;
    if coalesce(cardinality(v_units), 0) < v_total then raise exception using errcode = 'LP010'; end if;
    perform hold_stock(v_units, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
    return '{}';
  exception when sqlstate 'LP010' then v_units := '{}';
  end;
  begin
    for v_need in
      select n.sku_id, sum(n.quantity)::integer as quantity
      from unnest(p_sku_ids, p_quantities) n (sku_id, quantity) group by n.sku_id order by n.sku_id
    loop
      perform pg_advisory_xact_lock(hashtextextended(v_need.sku_id::text, 42));
      select array_agg(unit.id) into v_found from (
        select u.id from stock_units u
        where u.sku_id = v_need.sku_id
          and (u.state = 'AVAILABLE' or (u.state = 'RESERVED' and u.reserved_until < now()))
        order by u.id limit v_need.quantity for update
      ) unit;
      if coalesce(cardinality(v_found), 0) < v_need.quantity then v_short := v_short || v_need.sku_id; end if;
      v_units := v_units || coalesce(v_found, '{}');
    end loop;
    if cardinality(v_short) > 0 then raise exception using errcode = 'LP010'; end if;
    perform hold_stock(v_units, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
  exception when sqlstate 'LP010' then null;
  end;
  return v_short;
end $function$
;
grant execute on function claim_units(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION hold_seats(p_credentials uuid[], p_numbers smallint[], p_sku_id uuid, p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
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
$function$
;
grant execute on function hold_seats(p_credentials uuid[], p_numbers smallint[], p_sku_id uuid, p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION hold_stock(p_units uuid[], p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  with line as (
    select n.line_id, n.sku_id, n.quantity,
      sum(n.quantity) over (partition by n.sku_id order by n.position) as upto
    from unnest(p_line_ids, p_sku_ids, p_quantities) with ordinality n (line_id, sku_id, quantity, position)
  ), unit as (
    select u.id, u.sku_id, row_number() over (partition by u.sku_id order by u.id) as turn
    from stock_units u where u.id = any (p_units)
  )
  update stock_units s
  set state = 'RESERVED', line_id = l.line_id, reserved_until = now() + make_interval(mins => p_hold_minutes)
  from unit join line l on l.sku_id = unit.sku_id and unit.turn > l.upto - l.quantity and unit.turn <= l.upto
  where s.id = unit.id
$function$
;
grant execute on function hold_stock(p_units uuid[], p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer) to public;

CREATE OR REPLACE FUNCTION lapak_append_only()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% on % is not allowed: the books are append-only', tg_op, tg_table_name using errcode = '42501';
end $function$
;
grant execute on function lapak_append_only() to public;

CREATE OR REPLACE PROCEDURE lapak_protect(IN name text)
 LANGUAGE plpgsql
AS $procedure$
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('create policy %I on %I to lapak_owner, lapak_worker using (true) with check (true)', name || '_shop', name);
end $procedure$
;
grant execute on procedure lapak_protect(IN name text) to public;

CREATE OR REPLACE FUNCTION lapak_rewraps()
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select current_setting('lapak.rewrap', true) = 'on' $function$
;
grant execute on function lapak_rewraps() to public;

CREATE OR REPLACE FUNCTION lapak_search_products(query tsquery)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'public', 'pg_temp'
AS $function$ select id from products where state = 'active' and search @@ query $function$
;
grant execute on function lapak_search_products(query tsquery) to lapak_web;
grant execute on function lapak_search_products(query tsquery) to lapak_worker;

CREATE OR REPLACE FUNCTION lapak_token_hash()
 RETURNS bytea
 LANGUAGE sql
 STABLE
AS $function$ select decode(nullif(current_setting('lapak.token_hash', true), ''), 'hex') $function$
;
grant execute on function lapak_token_hash() to public;

CREATE OR REPLACE FUNCTION lapak_user_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('lapak.user_id', true), '')::uuid $function$
;
grant execute on function lapak_user_id() to public;

CREATE OR REPLACE FUNCTION line_work(p_line_id uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select case
    when exists (select from supplier_purchases p
      where p.line_id = p_line_id and p.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL')) then 'buying'
    when exists (select from invites i
      where i.line_id = p_line_id and i.state in ('QUEUED', 'SENDING', 'UNKNOWN', 'MANUAL')) then 'inviting'
    else 'idle' end
$function$
;
grant execute on function line_work(p_line_id uuid) to public;

CREATE OR REPLACE FUNCTION open_account(p_code text, p_asset text, p_owner uuid, p_floor bigint)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into accounts (code, asset, owner_id, floor) values (p_code, p_asset, p_owner, p_floor)
  on conflict (code) do nothing
$function$
;
grant execute on function open_account(p_code text, p_asset text, p_owner uuid, p_floor bigint) to lapak_worker;

CREATE OR REPLACE FUNCTION post_journal(p_id uuid, p_business_key text, p_kind text, p_reverses uuid, p_transfers jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  v_fingerprint bytea := sha256(convert_to(p_kind || coalesce(p_reverses::text, '') || p_transfers::text, 'UTF8'));
  v_codes text[];
  v_locked integer;
begin
  insert into journals (id, business_key, kind, fingerprint, reverses)
    values (p_id, p_business_key, p_kind, v_fingerprint, p_reverses)
    on conflict (business_key) do nothing;
  if not found then
    if exists (select 1 from journals where business_key = p_business_key and fingerprint = v_fingerprint) then
      return 'repeated';
    end if;
    raise exception 'business key % was posted with other content', p_business_key using errcode = 'LP001';
  end if;
  if jsonb_array_length(p_transfers) = 0 then
    raise exception 'a journal needs a transfer' using errcode = '23514';
  end if;
  select array_agg(distinct code) into v_codes
    from jsonb_array_elements(p_transfers) t, lateral (values (t ->> 'debit'), (t ->> 'credit')) side (code);
  perform 1 from accounts where code = any (v_codes) order by id for no key update;
  get diagnostics v_locked = row_count;
  if v_locked <> cardinality(v_codes) then
    raise exception 'unknown account among %', v_codes using errcode = 'LP002';
  end if;
  update accounts a set balance = a.balance + moved.delta
    from (
      select side.code, sum(side.delta) as delta
      from jsonb_array_elements(p_transfers) t,
        lateral (values (t ->> 'debit', -(t ->> 'amount')::bigint), (t ->> 'credit', (t ->> 'amount')::bigint)) side (code, delta)
      group by side.code
    ) moved
    where a.code = moved.code;
  insert into transfers (journal_id, position, debit_account_id, credit_account_id, amount)
    select p_id, t.position, d.id, c.id, (t.item ->> 'amount')::bigint
    from jsonb_array_elements(p_transfers) with ordinality t (item, position)
    join accounts d on d.code = t.item ->> 'debit'
    join accounts c on c.code = t.item ->> 'credit' and c.asset = d.asset;
  get diagnostics v_locked = row_count;
  if v_locked <> jsonb_array_length(p_transfers) then
    raise exception 'a transfer names accounts of two assets' using errcode = 'LP003';
  end if;
  return 'posted';
end $function$
;
grant execute on function post_journal(p_id uuid, p_business_key text, p_kind text, p_reverses uuid, p_transfers jsonb) to lapak_worker;

CREATE OR REPLACE FUNCTION seat_is_free(p_state text, p_held_until timestamp with time zone, p_expires_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$ select p_state = 'FREE' or (p_state = 'HELD' and p_held_until < now()) or (p_state = 'SOLD' and p_expires_at < now()) $function$
;
grant execute on function seat_is_free(p_state text, p_held_until timestamp with time zone, p_expires_at timestamp with time zone) to public;

CREATE OR REPLACE FUNCTION shunned_accounts(p_line_id uuid, p_slot smallint, p_email text)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public'
AS $function$
  select coalesce(array_agg(shunned.account_id), '{}') from (
    select s.account_id from invites i join account_seats s on s.invite_id = i.id
    where i.email = p_email and s.freed_at is null
    union
    select f.account_id from invites f
    where f.line_id = p_line_id and f.slot = p_slot and f.failure_code = 'other' and f.account_id is not null
  ) shunned
$function$
;
grant execute on function shunned_accounts(p_line_id uuid, p_slot smallint, p_email text) to public;

CREATE OR REPLACE FUNCTION usable_accounts(p_provider text, p_plan text, p_now timestamp with time zone)
 RETURNS TABLE(id uuid, failures integer, used integer, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE
AS $function$
  select a.id, a.failures, coalesce(d.used, 0), a.last_used_at
  from provider_accounts a
  left join account_days d on d.account_id = a.id and d.day = (p_now at time zone 'Asia/Jakarta')::date
  where a.provider = p_provider and p_plan = any (a.plans)
    and (a.state = 'ACTIVE' or (a.state = 'COOLDOWN' and a.cooldown_until <= p_now))
    and coalesce(d.used, 0) < coalesce(d.quota, a.daily_quota)
    and (select count(*) from account_seats s where s.account_id = a.id and s.freed_at is null)
      + a.outside_used < least(a.seats, coalesce(a.seats_seen, a.seats))
$function$
;
grant execute on function usable_accounts(p_provider text, p_plan text, p_now timestamp with time zone) to public;

-- tables

create table account_days (
  account_id uuid not null,
  day date not null,
  used integer not null,
  quota integer not null,
  constraint account_days_pkey PRIMARY KEY (account_id, day),
  constraint account_days_account_id_fkey FOREIGN KEY (account_id) REFERENCES provider_accounts(id),
  constraint account_days_quota CHECK ((used <= quota)),
  constraint account_days_quota_check CHECK ((quota >= 0)),
  constraint account_days_used_check CHECK ((used >= 0))
);
alter table account_days enable row level security;
alter table account_days force row level security;
create policy account_days_shop on account_days for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on account_days to lapak_worker;

create table account_seats (
  invite_id uuid not null,
  account_id uuid not null,
  seat_no integer not null,
  taken_at timestamp with time zone not null,
  leave_at timestamp with time zone,
  removals integer default 0 not null,
  freed_at timestamp with time zone,
  constraint account_seats_pkey PRIMARY KEY (invite_id),
  constraint account_seats_account_id_fkey FOREIGN KEY (account_id) REFERENCES provider_accounts(id),
  constraint account_seats_invite_id_fkey FOREIGN KEY (invite_id) REFERENCES invites(id),
  constraint account_seats_order CHECK ((freed_at >= taken_at)),
  constraint account_seats_seat_no_check CHECK ((seat_no >= 1))
);
CREATE INDEX account_seats_leaving ON account_seats USING btree (leave_at) WHERE ((leave_at IS NOT NULL) AND (freed_at IS NULL));
CREATE UNIQUE INDEX account_seats_one_holder ON account_seats USING btree (account_id, seat_no) WHERE (freed_at IS NULL);
alter table account_seats enable row level security;
alter table account_seats force row level security;
create policy account_seats_shop on account_seats for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on account_seats to lapak_worker;

create table accounts (
  id uuid default gen_random_uuid() not null,
  code text not null,
  asset text default 'IDR'::text not null,
  owner_id uuid,
  balance bigint default 0 not null,
  floor bigint,
  created_at timestamp with time zone default now() not null,
  constraint accounts_pkey PRIMARY KEY (id),
  constraint accounts_code UNIQUE (code),
  constraint accounts_asset_check CHECK ((asset = ANY (ARRAY['IDR'::text, 'POINT'::text]))),
  constraint accounts_code_check CHECK ((code ~ '^[a-z][a-z0-9:_-]{2,99}$'::text)),
  constraint accounts_floor CHECK (((floor IS NULL) OR (balance >= floor)))
);
CREATE INDEX accounts_owner ON accounts USING btree (owner_id) WHERE (owner_id IS NOT NULL);
alter table accounts enable row level security;
alter table accounts force row level security;
create policy accounts_own on accounts for select to lapak_web using ((owner_id = lapak_user_id()));
create policy accounts_shop on accounts for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on accounts to lapak_web;
grant select on accounts to lapak_worker;

create table cache_tags (
  tag text not null,
  version bigint default 1 not null,
  constraint cache_tags_pkey PRIMARY KEY (tag)
);
alter table cache_tags enable row level security;
alter table cache_tags force row level security;
create policy cache_tags_read on cache_tags for select to lapak_web using (true);
create policy cache_tags_shop on cache_tags for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on cache_tags to lapak_web;
grant insert, select, update on cache_tags to lapak_worker;

create table categories (
  id uuid not null,
  slug text not null,
  name text not null,
  name_en text not null,
  position integer default 0 not null,
  constraint categories_pkey PRIMARY KEY (id),
  constraint categories_slug UNIQUE (slug),
  constraint categories_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
alter table categories enable row level security;
alter table categories force row level security;
create policy categories_public on categories for select to lapak_web using (true);
create policy categories_shop on categories for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on categories to lapak_web;
grant insert, select, update on categories to lapak_worker;

create table credential_changes (
  id uuid not null,
  credential_id uuid not null,
  action text not null,
  version integer not null,
  told integer default 0 not null,
  actor text not null,
  at timestamp with time zone default now() not null,
  constraint credential_changes_pkey PRIMARY KEY (id),
  constraint credential_changes_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES shared_credentials(id),
  constraint credential_changes_action_check CHECK ((action = ANY (ARRAY['ADDED'::text, 'ROTATED'::text, 'ACTIVE'::text, 'PAUSED'::text, 'RETIRED'::text, 'END_SET'::text]))),
  constraint credential_changes_told_check CHECK ((told >= 0))
);
CREATE INDEX credential_changes_credential ON credential_changes USING btree (credential_id, at, id);
alter table credential_changes enable row level security;
alter table credential_changes force row level security;
create policy credential_changes_shop on credential_changes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on credential_changes to lapak_worker;

create table custom_prices (
  reseller_id uuid not null,
  feed_product_id uuid not null,
  price bigint not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  updated_at timestamp with time zone not null,
  updated_by text not null,
  removed_at timestamp with time zone,
  constraint custom_prices_pkey PRIMARY KEY (reseller_id, feed_product_id),
  constraint custom_prices_product FOREIGN KEY (feed_product_id) REFERENCES feed_products(id),
  constraint custom_prices_reseller FOREIGN KEY (reseller_id) REFERENCES resellers(id),
  constraint custom_prices_created_by_check CHECK (((length(created_by) >= 1) AND (length(created_by) <= 200))),
  constraint custom_prices_price_check CHECK ((price > 0)),
  constraint custom_prices_updated_by_check CHECK (((length(updated_by) >= 1) AND (length(updated_by) <= 200)))
);
CREATE INDEX custom_prices_product ON custom_prices USING btree (feed_product_id);
alter table custom_prices enable row level security;
alter table custom_prices force row level security;
create policy custom_prices_shop on custom_prices for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on custom_prices to lapak_worker;

create table deadlines (
  subject text not null,
  state text not null,
  variant text default ''::text not null,
  lasts interval not null,
  grace interval not null,
  owner text not null,
  exit text not null,
  is_listed boolean default false not null,
  constraint deadlines_pkey PRIMARY KEY (subject, state, variant),
  constraint deadlines_exit_check CHECK ((exit = ANY (ARRAY['retry'::text, 'refund'::text, 'person'::text]))),
  constraint deadlines_owner_check CHECK ((owner = ANY (ARRAY['shop'::text, 'buyer'::text, 'supplier'::text, 'gateway'::text, 'staff'::text])))
);
alter table deadlines enable row level security;
alter table deadlines force row level security;
create policy deadlines_shop on deadlines for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on deadlines to lapak_worker;

create table deliveries (
  id uuid not null,
  line_id uuid not null,
  slot smallint not null,
  kind text not null,
  stock_unit_id uuid,
  purchase_id uuid,
  sealed bytea,
  key_id text,
  delivered_at timestamp with time zone default now() not null,
  credential_id uuid,
  seat_number smallint,
  ends_at timestamp with time zone,
  constraint deliveries_pkey PRIMARY KEY (id),
  constraint deliveries_purchase UNIQUE (purchase_id),
  constraint deliveries_slot UNIQUE (line_id, slot),
  constraint deliveries_unit UNIQUE (stock_unit_id),
  constraint deliveries_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES shared_credentials(id),
  constraint deliveries_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint deliveries_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES supplier_purchases(id),
  constraint deliveries_stock_unit_id_fkey FOREIGN KEY (stock_unit_id) REFERENCES stock_units(id),
  constraint deliveries_content CHECK ((num_nonnulls(stock_unit_id, credential_id, sealed) = 1)) NOT VALID,
  constraint deliveries_kind_check CHECK ((kind = ANY (ARRAY['CODE'::text, 'SERIAL'::text, 'INVITE'::text]))),
  constraint deliveries_seat CHECK (((credential_id IS NULL) = (seat_number IS NULL))) NOT VALID,
  constraint deliveries_slot_check CHECK ((slot >= 1))
);
CREATE INDEX deliveries_credential ON deliveries USING btree (credential_id, seat_number) WHERE (credential_id IS NOT NULL);
CREATE INDEX deliveries_key ON deliveries USING btree (key_id) WHERE (key_id IS NOT NULL);
alter table deliveries enable row level security;
alter table deliveries force row level security;
create policy deliveries_guest on deliveries for select to lapak_web using ((EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = deliveries.line_id) AND (o.token_hash = lapak_token_hash())))));
create policy deliveries_reveal on deliveries for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = deliveries.line_id) AND (o.token_hash = lapak_token_hash())))));
create policy deliveries_rewrap on deliveries for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy deliveries_shop on deliveries for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on deliveries to lapak_vault;
grant insert on deliveries to lapak_worker;
grant update (sealed, key_id) on deliveries to lapak_vault;
grant select (id, line_id, slot, kind, stock_unit_id, purchase_id, key_id, delivered_at, credential_id, seat_number, ends_at) on deliveries to lapak_web;
grant select (id, line_id, slot, kind, stock_unit_id, purchase_id, key_id, delivered_at, credential_id, seat_number, ends_at) on deliveries to lapak_worker;

create table escalations (
  id uuid not null,
  subject text not null,
  subject_id uuid not null,
  order_id uuid,
  stuck_in text not null,
  owner text not null,
  deadline timestamp with time zone not null,
  opened_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  constraint escalations_pkey PRIMARY KEY (id),
  constraint escalations_owner_check CHECK ((owner = ANY (ARRAY['shop'::text, 'buyer'::text, 'supplier'::text, 'gateway'::text, 'staff'::text]))),
  constraint escalations_times CHECK ((resolved_at >= opened_at))
);
CREATE UNIQUE INDEX escalations_one_open ON escalations USING btree (subject, subject_id) WHERE (resolved_at IS NULL);
CREATE INDEX escalations_open ON escalations USING btree (opened_at, id) WHERE (resolved_at IS NULL);
CREATE INDEX escalations_order ON escalations USING btree (order_id) WHERE (order_id IS NOT NULL);
alter table escalations enable row level security;
alter table escalations force row level security;
create policy escalations_shop on escalations for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on escalations to lapak_worker;

create table feed_products (
  id uuid not null,
  external_id text not null,
  name text not null,
  slug text,
  description text default ''::text not null,
  registration_number text,
  price_general bigint,
  price_consultant bigint,
  price_supervisor bigint,
  price_manager bigint,
  price_director bigint,
  picture_url text,
  picture_alt text,
  gone_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint feed_products_pkey PRIMARY KEY (id),
  constraint feed_products_external UNIQUE (external_id),
  constraint feed_products_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
  constraint feed_products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint feed_products_price_consultant_check CHECK ((price_consultant >= 0)),
  constraint feed_products_price_director_check CHECK ((price_director >= 0)),
  constraint feed_products_price_general_check CHECK ((price_general >= 0)),
  constraint feed_products_price_manager_check CHECK ((price_manager >= 0)),
  constraint feed_products_price_supervisor_check CHECK ((price_supervisor >= 0)),
  constraint feed_products_slug_check CHECK (((length(slug) >= 1) AND (length(slug) <= 200)))
);
alter table feed_products enable row level security;
alter table feed_products force row level security;
create policy feed_products_shop on feed_products for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on feed_products to lapak_worker;

create table idempotency_keys (
  scope text not null,
  key text not null,
  fingerprint bytea not null,
  resource_id uuid not null,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_pkey PRIMARY KEY (scope, key),
  constraint idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32)),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 16) AND (length(key) <= 255))),
  constraint idempotency_keys_scope_check CHECK (((length(scope) >= 1) AND (length(scope) <= 200)))
);
CREATE INDEX idempotency_keys_created ON idempotency_keys USING btree (created_at);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy idempotency_keys_claim on idempotency_keys for all to lapak_web using (true) with check (true);
create policy idempotency_keys_shop on idempotency_keys for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on idempotency_keys to lapak_web;
grant delete, insert, select on idempotency_keys to lapak_worker;

create table incidents (
  id uuid not null,
  key text not null,
  kind text not null,
  state text default 'OPEN'::text not null,
  subject text default ''::text not null,
  count bigint default 1 not null,
  peak bigint default 1 not null,
  opened_at timestamp with time zone not null,
  seen_at timestamp with time zone not null,
  clear_since timestamp with time zone,
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  constraint incidents_pkey PRIMARY KEY (id),
  constraint incidents_acknowledged CHECK (((state <> 'ACKNOWLEDGED'::text) OR (acknowledged_at IS NOT NULL))),
  constraint incidents_check CHECK ((peak >= count)),
  constraint incidents_count_check CHECK ((count >= 0)),
  constraint incidents_key_check CHECK (((length(key) >= 1) AND (length(key) <= 160))),
  constraint incidents_kind_check CHECK ((kind ~ '^[a-z]+(_[a-z]+)*$'::text)),
  constraint incidents_resolved CHECK (((resolved_at IS NOT NULL) = (state = 'RESOLVED'::text))),
  constraint incidents_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'ACKNOWLEDGED'::text, 'RESOLVED'::text]))),
  constraint incidents_subject_check CHECK ((length(subject) <= 120))
);
CREATE UNIQUE INDEX incidents_one_open ON incidents USING btree (key) WHERE (state <> 'RESOLVED'::text);
CREATE INDEX incidents_recent ON incidents USING btree (opened_at DESC, id DESC);
alter table incidents enable row level security;
alter table incidents force row level security;
create policy incidents_shop on incidents for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on incidents to lapak_worker;

create table invite_history (
  id uuid not null,
  invite_id uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint invite_history_pkey PRIMARY KEY (id),
  constraint invite_history_invite_id_fkey FOREIGN KEY (invite_id) REFERENCES invites(id)
);
CREATE INDEX invite_history_invite ON invite_history USING btree (invite_id, at, id);
alter table invite_history enable row level security;
alter table invite_history force row level security;
create policy invite_history_shop on invite_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on invite_history to lapak_worker;

create table invite_plans (
  id uuid not null,
  product_id uuid,
  sku_id uuid,
  provider text not null,
  plan text not null,
  days integer,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint invite_plans_pkey PRIMARY KEY (id),
  constraint invite_plans_product UNIQUE (product_id),
  constraint invite_plans_sku UNIQUE (sku_id),
  constraint invite_plans_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id),
  constraint invite_plans_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint invite_plans_days_check CHECK (((days >= 1) AND (days <= 3660))),
  constraint invite_plans_target CHECK ((num_nonnulls(product_id, sku_id) = 1))
);
alter table invite_plans enable row level security;
alter table invite_plans force row level security;
create policy invite_plans_shop on invite_plans for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on invite_plans to lapak_worker;

create table invites (
  id uuid not null,
  line_id uuid not null,
  slot smallint not null,
  attempt smallint default 1 not null,
  email text not null,
  provider text not null,
  plan text not null,
  days integer,
  state text not null,
  account_id uuid,
  provider_ref text,
  claim_day date,
  counted boolean default false not null,
  fence integer default 0 not null,
  queued_at timestamp with time zone not null,
  waiting_since timestamp with time zone not null,
  due_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  unknown_since timestamp with time zone,
  invited_at timestamp with time zone,
  joined_at timestamp with time zone,
  expires_at timestamp with time zone,
  ends_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  failure_code text,
  failure_text text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint invites_pkey PRIMARY KEY (id),
  constraint invites_attempt UNIQUE (line_id, slot, attempt),
  constraint invites_account_id_fkey FOREIGN KEY (account_id) REFERENCES provider_accounts(id),
  constraint invites_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint invites_account CHECK (((account_id IS NOT NULL) OR (state <> ALL (ARRAY['SENDING'::text, 'UNKNOWN'::text])))),
  constraint invites_attempt_check CHECK ((attempt >= 1)),
  constraint invites_counted CHECK (((NOT counted) OR ((account_id IS NOT NULL) AND (claim_day IS NOT NULL)))),
  constraint invites_email_check CHECK (((length(email) >= 3) AND (length(email) <= 254))),
  constraint invites_slot_check CHECK ((slot >= 1)),
  constraint invites_state_check CHECK ((state = ANY (ARRAY['QUEUED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'INVITED'::text, 'JOINED'::text, 'NOT_SENT'::text, 'FAILED'::text, 'LOST'::text, 'ENDED'::text, 'MANUAL'::text])))
);
CREATE INDEX invites_account_open ON invites USING btree (account_id) WHERE (state = ANY (ARRAY['SENDING'::text, 'UNKNOWN'::text, 'INVITED'::text, 'JOINED'::text]));
CREATE INDEX invites_counted_days ON invites USING btree (account_id, claim_day) WHERE counted;
CREATE INDEX invites_due ON invites USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE INDEX invites_email ON invites USING btree (email);
CREATE UNIQUE INDEX invites_one_open ON invites USING btree (line_id, slot) WHERE (state = ANY (ARRAY['QUEUED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'INVITED'::text, 'JOINED'::text, 'MANUAL'::text]));
CREATE INDEX invites_queue ON invites USING btree (provider, plan, queued_at, line_id, slot) WHERE (state = 'QUEUED'::text);
CREATE INDEX invites_sent ON invites USING btree (provider, plan, sent_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX invites_unfinished ON invites USING btree (state) WHERE (state = ANY (ARRAY['QUEUED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'INVITED'::text, 'JOINED'::text, 'MANUAL'::text]));
alter table invites enable row level security;
alter table invites force row level security;
create policy invites_shop on invites for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on invites to lapak_worker;

create table journals (
  id uuid not null,
  business_key text not null,
  kind text not null,
  fingerprint bytea not null,
  reverses uuid,
  created_at timestamp with time zone default now() not null,
  constraint journals_pkey PRIMARY KEY (id),
  constraint journals_business_key UNIQUE (business_key),
  constraint journals_reverses UNIQUE (reverses),
  constraint journals_reverses_fkey FOREIGN KEY (reverses) REFERENCES journals(id),
  constraint journals_business_key_check CHECK (((length(business_key) >= 3) AND (length(business_key) <= 200))),
  constraint journals_kind_check CHECK (((length(kind) >= 3) AND (length(kind) <= 60)))
);
CREATE TRIGGER journals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON journals FOR EACH STATEMENT EXECUTE FUNCTION lapak_append_only();
alter table journals enable row level security;
alter table journals force row level security;
create policy journals_shop on journals for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on journals to lapak_worker;

create table key_checks (
  id uuid not null,
  key_id text not null,
  sealed bytea not null,
  created_at timestamp with time zone default now() not null,
  constraint key_checks_pkey PRIMARY KEY (id),
  constraint key_checks_key UNIQUE (key_id)
);
alter table key_checks enable row level security;
alter table key_checks force row level security;
create policy key_checks_shop on key_checks for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on key_checks to lapak_worker;

create table line_corrections (
  id uuid not null,
  line_id uuid not null,
  number smallint not null,
  old_shown jsonb not null,
  new_shown jsonb not null,
  at timestamp with time zone default now() not null,
  constraint line_corrections_pkey PRIMARY KEY (id),
  constraint line_corrections_number UNIQUE (line_id, number),
  constraint line_corrections_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint line_corrections_number_check CHECK ((number >= 1))
);
alter table line_corrections enable row level security;
alter table line_corrections force row level security;
create policy line_corrections_shop on line_corrections for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on line_corrections to lapak_worker;

create table message_history (
  id uuid not null,
  message_id uuid not null,
  from_state text not null,
  to_state text not null,
  detail text,
  at timestamp with time zone default now() not null,
  constraint message_history_pkey PRIMARY KEY (id),
  constraint message_history_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id),
  constraint message_history_move FOREIGN KEY (from_state, to_state) REFERENCES message_transitions(from_state, to_state)
);
CREATE INDEX message_history_message ON message_history USING btree (message_id, at, id);
alter table message_history enable row level security;
alter table message_history force row level security;
create policy message_history_shop on message_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on message_history to lapak_worker;

create table message_transitions (
  from_state text not null,
  to_state text not null,
  constraint message_transitions_pkey PRIMARY KEY (from_state, to_state)
);
alter table message_transitions enable row level security;
alter table message_transitions force row level security;
create policy message_transitions_shop on message_transitions for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on message_transitions to lapak_worker;

create table messages (
  id uuid not null,
  event_number bigint not null,
  business_key text not null,
  channel text not null,
  audience text not null,
  template text not null,
  locale text not null,
  order_id uuid,
  line_id uuid,
  order_number text,
  data jsonb default '{}'::jsonb not null,
  state text default 'WAITING'::text not null,
  tries integer default 0 not null,
  next_try_at timestamp with time zone default now(),
  provider_ref text,
  detail text,
  failure text,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  constraint messages_pkey PRIMARY KEY (id),
  constraint messages_business_key UNIQUE (business_key),
  constraint messages_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint messages_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint messages_audience_check CHECK ((audience = ANY (ARRAY['buyer'::text, 'staff'::text]))),
  constraint messages_buyer CHECK (((audience <> 'buyer'::text) OR (order_id IS NOT NULL))),
  constraint messages_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'whatsapp'::text, 'telegram'::text]))),
  constraint messages_data_check CHECK ((jsonb_typeof(data) = 'object'::text)),
  constraint messages_due_when_open CHECK (((next_try_at IS NOT NULL) = (state = ANY (ARRAY['WAITING'::text, 'SENDING'::text])))),
  constraint messages_failure CHECK (((failure IS NOT NULL) = (state = 'FAILED'::text))),
  constraint messages_failure_check CHECK ((failure = ANY (ARRAY['refused'::text, 'given_up'::text]))),
  constraint messages_locale_check CHECK ((locale = ANY (ARRAY['id'::text, 'en'::text]))),
  constraint messages_sent CHECK (((sent_at IS NOT NULL) = (state = 'SENT'::text))),
  constraint messages_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'SENDING'::text, 'SENT'::text, 'UNKNOWN'::text, 'FAILED'::text, 'SKIPPED'::text]))),
  constraint messages_template_check CHECK ((template ~ '^[a-z]+(-[a-z]+)*$'::text)),
  constraint messages_tries_check CHECK ((tries >= 0))
);
CREATE INDEX messages_due ON messages USING btree (channel, next_try_at) WHERE (state = ANY (ARRAY['WAITING'::text, 'SENDING'::text]));
CREATE INDEX messages_order ON messages USING btree (order_id, channel, event_number) WHERE (order_id IS NOT NULL);
CREATE INDEX messages_recent ON messages USING btree (created_at DESC, id DESC);
alter table messages enable row level security;
alter table messages force row level security;
create policy messages_shop on messages for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on messages to lapak_worker;

create table offer_costs (
  offer_id uuid not null,
  valid_from timestamp with time zone not null,
  cost bigint not null,
  run_id uuid,
  constraint offer_costs_pkey PRIMARY KEY (offer_id, valid_from),
  constraint offer_costs_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES supplier_offers(id),
  constraint offer_costs_cost_check CHECK ((cost > 0))
);
alter table offer_costs enable row level security;
alter table offer_costs force row level security;
create policy offer_costs_shop on offer_costs for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on offer_costs to lapak_worker;

create table order_history (
  id uuid not null,
  order_id uuid not null,
  line_id uuid,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint order_history_pkey PRIMARY KEY (id),
  constraint order_history_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint order_history_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX order_history_order ON order_history USING btree (order_id, at, id);
alter table order_history enable row level security;
alter table order_history force row level security;
create policy order_history_guest on order_history for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_history.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy order_history_place on order_history for insert to lapak_web with check (((line_id IS NULL) AND (from_state = 'NEW'::text) AND (to_state = 'PENDING'::text) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_history.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy order_history_shop on order_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on order_history to lapak_web;
grant insert, select on order_history to lapak_worker;

create table order_lines (
  id uuid not null,
  order_id uuid not null,
  position smallint not null,
  sku_id uuid not null,
  product_id uuid not null,
  sku_code text not null,
  sku_name text not null,
  product_name text not null,
  product_slug text not null,
  delivery_kind text not null,
  input jsonb default '{}'::jsonb not null,
  input_shown jsonb default '[]'::jsonb not null,
  quantity integer not null,
  unit_price bigint not null,
  total bigint not null,
  state text not null,
  failure text,
  returned_outside bigint default 0 not null,
  updated_at timestamp with time zone default now() not null,
  corrections smallint default 0 not null,
  correct_until timestamp with time zone,
  failure_code text,
  given_back bigint default 0 not null,
  constraint order_lines_pkey PRIMARY KEY (id),
  constraint order_lines_position UNIQUE (order_id, "position"),
  constraint order_lines_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint order_lines_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id),
  constraint order_lines_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint order_lines_correctable CHECK (((state = 'NEEDS_INPUT'::text) = (correct_until IS NOT NULL))),
  constraint order_lines_corrections CHECK (((corrections >= 0) AND (corrections <= 10))),
  constraint order_lines_delivery_kind_check CHECK ((delivery_kind = ANY (ARRAY['STOCK'::text, 'INVITE'::text, 'SUPPLIER'::text]))),
  constraint order_lines_given_back CHECK (((given_back >= 0) AND (given_back <= total))),
  constraint order_lines_quantity_check CHECK (((quantity >= 1) AND (quantity <= 100))),
  constraint order_lines_returned_outside_check CHECK ((returned_outside >= 0)),
  constraint order_lines_state_check CHECK ((state = ANY (ARRAY['WAITING'::text, 'PROCESSING'::text, 'NEEDS_INPUT'::text, 'DELIVERED'::text, 'FAILED'::text, 'CANCELLED'::text, 'REFUNDED'::text]))),
  constraint order_lines_sum CHECK ((total = (unit_price * quantity))),
  constraint order_lines_unit_price_check CHECK ((unit_price > 0))
);
CREATE INDEX order_lines_correctable ON order_lines USING btree (correct_until) WHERE (state = 'NEEDS_INPUT'::text);
CREATE INDEX order_lines_open ON order_lines USING btree (state, updated_at) WHERE (state = ANY (ARRAY['WAITING'::text, 'PROCESSING'::text]));
alter table order_lines enable row level security;
alter table order_lines force row level security;
create policy order_lines_guest on order_lines for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy order_lines_place on order_lines for insert to lapak_web with check (((state = 'WAITING'::text) AND (returned_outside = 0) AND (given_back = 0) AND (corrections = 0) AND (correct_until IS NULL) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy order_lines_shop on order_lines for all to lapak_owner, lapak_worker using (true) with check (true);
create policy order_lines_vault on order_lines for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = order_lines.order_id) AND (o.token_hash = lapak_token_hash())))));
grant insert, select on order_lines to lapak_web;
grant insert, select, update on order_lines to lapak_worker;
grant select (id, order_id, position, delivery_kind, state) on order_lines to lapak_vault;

create table order_transitions (
  subject text not null,
  from_state text not null,
  to_state text not null,
  constraint order_transitions_pkey PRIMARY KEY (subject, from_state, to_state),
  constraint order_transitions_subject_check CHECK ((subject = ANY (ARRAY['order'::text, 'line'::text, 'payment'::text, 'purchase'::text, 'invite'::text])))
);
alter table order_transitions enable row level security;
alter table order_transitions force row level security;
create policy order_transitions_shop on order_transitions for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on order_transitions to lapak_worker;

create table orders (
  id uuid not null,
  number text not null,
  token_hash bytea not null,
  token_version integer default 1 not null,
  state text not null,
  version integer default 1 not null,
  locale text default 'id'::text not null,
  customer_name text not null,
  customer_email text not null,
  customer_phone text not null,
  currency text default 'IDR'::text not null,
  subtotal bigint not null,
  discount bigint default 0 not null,
  fee bigint default 0 not null,
  total bigint not null,
  payment_method text not null,
  return_url text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone default now() not null,
  paid_at timestamp with time zone,
  closed_at timestamp with time zone,
  updated_at timestamp with time zone default now() not null,
  fee_returned_outside bigint default 0 not null,
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_number UNIQUE (number),
  constraint orders_token_hash UNIQUE (token_hash),
  constraint orders_currency_check CHECK ((currency = 'IDR'::text)),
  constraint orders_discount_check CHECK ((discount >= 0)),
  constraint orders_fee_check CHECK ((fee >= 0)),
  constraint orders_fee_returned CHECK (((fee_returned_outside >= 0) AND (fee_returned_outside <= fee))),
  constraint orders_locale_check CHECK ((locale = ANY (ARRAY['id'::text, 'en'::text]))),
  constraint orders_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text, 'PROCESSING'::text, 'SUCCESS'::text, 'FAILED'::text, 'EXPIRED'::text, 'CANCELLED'::text, 'PARTIAL'::text, 'REFUNDED'::text]))),
  constraint orders_subtotal_check CHECK ((subtotal > 0)),
  constraint orders_sum CHECK ((total = ((subtotal - discount) + fee))),
  constraint orders_token_hash_check CHECK ((length(token_hash) = 32)),
  constraint orders_total_check CHECK ((total > 0))
);
CREATE INDEX orders_open ON orders USING btree (state, expires_at) WHERE (state = ANY (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text, 'PROCESSING'::text]));
CREATE INDEX orders_recent ON orders USING btree (created_at DESC, id);
alter table orders enable row level security;
alter table orders force row level security;
create policy orders_guest on orders for select to lapak_web using ((token_hash = lapak_token_hash()));
create policy orders_place on orders for insert to lapak_web with check (((token_hash = lapak_token_hash()) AND (state = 'PENDING'::text) AND (paid_at IS NULL) AND (fee_returned_outside = 0)));
create policy orders_shop on orders for all to lapak_owner, lapak_worker using (true) with check (true);
create policy orders_vault on orders for select to lapak_vault using ((token_hash = lapak_token_hash()));
grant insert, select on orders to lapak_web;
grant insert, select, update on orders to lapak_worker;
grant select (id, number, token_hash, state) on orders to lapak_vault;

create table outbox_events (
  id uuid not null,
  number bigint generated always as identity not null,
  key text not null,
  kind text not null,
  order_id uuid,
  line_id uuid,
  data jsonb default '{}'::jsonb not null,
  created_at timestamp with time zone default now() not null,
  dispatched_at timestamp with time zone,
  constraint outbox_events_pkey PRIMARY KEY (id),
  constraint outbox_events_key UNIQUE (key),
  constraint outbox_events_data_check CHECK (((jsonb_typeof(data) = 'object'::text) AND (length((data)::text) <= 4000))),
  constraint outbox_events_key_check CHECK (((length(key) >= 3) AND (length(key) <= 200))),
  constraint outbox_events_kind_check CHECK ((kind ~ '^[a-z_]+\.[a-z_]+$'::text))
);
CREATE INDEX outbox_events_old ON outbox_events USING btree (dispatched_at) WHERE (dispatched_at IS NOT NULL);
CREATE INDEX outbox_events_pending ON outbox_events USING btree (number) WHERE (dispatched_at IS NULL);
alter table outbox_events enable row level security;
alter table outbox_events force row level security;
create policy outbox_events_shop on outbox_events for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on outbox_events to lapak_worker;

create table payment_exceptions (
  id uuid not null,
  payment_id uuid not null,
  kind text not null,
  amount bigint not null,
  detail text not null,
  state text default 'OPEN'::text not null,
  opened_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  resolution text,
  constraint payment_exceptions_pkey PRIMARY KEY (id),
  constraint payment_exceptions_once UNIQUE (payment_id, kind),
  constraint payment_exceptions_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id),
  constraint payment_exceptions_amount_check CHECK ((amount >= 0)),
  constraint payment_exceptions_kind_check CHECK ((kind = ANY (ARRAY['late'::text, 'double'::text, 'amount_mismatch'::text, 'cancelled_order'::text, 'reversed'::text, 'chargeback'::text, 'foreign'::text, 'outside_refund'::text]))),
  constraint payment_exceptions_state_check CHECK ((state = ANY (ARRAY['OPEN'::text, 'RESOLVED'::text])))
);
CREATE INDEX payment_exceptions_open ON payment_exceptions USING btree (opened_at) WHERE (state = 'OPEN'::text);
alter table payment_exceptions enable row level security;
alter table payment_exceptions force row level security;
create policy payment_exceptions_guest on payment_exceptions for select to lapak_web using ((EXISTS ( SELECT 1
   FROM (payments p
     JOIN orders o ON ((o.id = p.order_id)))
  WHERE ((p.id = payment_exceptions.payment_id) AND (o.token_hash = lapak_token_hash())))));
create policy payment_exceptions_shop on payment_exceptions for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on payment_exceptions to lapak_worker;
grant select (payment_id, kind, amount, state, opened_at) on payment_exceptions to lapak_web;

create table payment_history (
  id uuid not null,
  payment_id uuid not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint payment_history_pkey PRIMARY KEY (id),
  constraint payment_history_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id)
);
CREATE INDEX payment_history_payment ON payment_history USING btree (payment_id, at, id);
alter table payment_history enable row level security;
alter table payment_history force row level security;
create policy payment_history_plan on payment_history for insert to lapak_web with check (((from_state = 'NEW'::text) AND (to_state = 'CREATING'::text) AND (EXISTS ( SELECT 1
   FROM (payments p
     JOIN orders o ON ((o.id = p.order_id)))
  WHERE ((p.id = payment_history.payment_id) AND (o.token_hash = lapak_token_hash()))))));
create policy payment_history_shop on payment_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on payment_history to lapak_web;
grant insert, select on payment_history to lapak_worker;

create table payment_methods (
  method text not null,
  method_group text not null,
  enabled boolean,
  position smallint,
  minimum bigint,
  maximum bigint,
  cost_fixed bigint,
  cost_bps integer,
  buyer_pays_cost boolean default false not null,
  buyer_fee_fixed bigint generated always as (
CASE
    WHEN buyer_pays_cost THEN cost_fixed
    ELSE NULL::bigint
END) stored,
  buyer_fee_bps integer generated always as (
CASE
    WHEN buyer_pays_cost THEN cost_bps
    ELSE NULL::integer
END) stored,
  updated_at timestamp with time zone default now() not null,
  constraint payment_methods_pkey PRIMARY KEY (method),
  constraint payment_methods_cost CHECK (((cost_fixed IS NULL) = (cost_bps IS NULL))),
  constraint payment_methods_cost_bps_check CHECK (((cost_bps >= 0) AND (cost_bps <= 3000))),
  constraint payment_methods_cost_fixed_check CHECK (((cost_fixed >= 0) AND (cost_fixed <= 1000000))),
  constraint payment_methods_limits CHECK ((minimum <= maximum)),
  constraint payment_methods_maximum_check CHECK ((maximum > 0)),
  constraint payment_methods_method_check CHECK ((method ~ '^[a-z0-9][a-z0-9_-]{0,39}$'::text)),
  constraint payment_methods_method_group_check CHECK ((method_group = ANY (ARRAY['page'::text, 'qris'::text, 'ewallet'::text, 'virtual_account'::text, 'retail'::text]))),
  constraint payment_methods_minimum_check CHECK ((minimum > 0)),
  constraint payment_methods_position_check CHECK ((("position" >= 1) AND ("position" <= 1000))),
  constraint payment_methods_qris_free CHECK ((NOT (buyer_pays_cost AND ((method_group = ANY (ARRAY['qris'::text, 'page'::text])) OR (method ~~ '%qris%'::text)))))
);
alter table payment_methods enable row level security;
alter table payment_methods force row level security;
create policy payment_methods_public on payment_methods for select to lapak_web using (true);
create policy payment_methods_shop on payment_methods for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on payment_methods to lapak_worker;
grant select (method, method_group, enabled, position, minimum, maximum, buyer_pays_cost, buyer_fee_fixed, buyer_fee_bps) on payment_methods to lapak_web;

create table payments (
  id uuid not null,
  order_id uuid not null,
  attempt smallint default 1 not null,
  gateway text not null,
  method text not null,
  reference text not null,
  amount bigint not null,
  currency text default 'IDR'::text not null,
  state text not null,
  booked_to text,
  gateway_transaction_id text,
  gateway_method text,
  token text,
  redirect_url text,
  qr_string text,
  va_number text,
  received bigint,
  refunded bigint default 0 not null,
  expires_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  next_poll_at timestamp with time zone,
  polls integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  payable bigint,
  net bigint,
  gateway_fee bigint,
  bank text,
  code text,
  let_go boolean default false not null,
  constraint payments_pkey PRIMARY KEY (id),
  constraint payments_attempt UNIQUE (order_id, attempt),
  constraint payments_reference UNIQUE (gateway, reference),
  constraint payments_transaction UNIQUE (gateway, gateway_transaction_id),
  constraint payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint payments_amount_check CHECK ((amount > 0)),
  constraint payments_booked_to_check CHECK ((booked_to = ANY (ARRAY['order'::text, 'suspense'::text]))),
  constraint payments_currency_check CHECK ((currency = 'IDR'::text)),
  constraint payments_gateway_fee CHECK (((gateway_fee >= 0) AND (gateway_fee <= COALESCE(received, (0)::bigint)))),
  constraint payments_net CHECK ((net >= 0)),
  constraint payments_payable CHECK ((payable > 0)),
  constraint payments_received_check CHECK ((received >= 0)),
  constraint payments_refund_limit CHECK (((refunded >= 0) AND (refunded <= COALESCE(received, (0)::bigint)))),
  constraint payments_state_check CHECK ((state = ANY (ARRAY['CREATING'::text, 'PENDING'::text, 'PAID'::text, 'FAILED'::text, 'EXPIRED'::text, 'CANCELLED'::text, 'REVIEW'::text, 'PARTIALLY_REFUNDED'::text, 'REFUNDED'::text, 'CHARGEBACK'::text])))
);
CREATE INDEX payments_due ON payments USING btree (next_poll_at) WHERE (next_poll_at IS NOT NULL);
CREATE UNIQUE INDEX payments_one_open ON payments USING btree (order_id) WHERE (state = ANY (ARRAY['CREATING'::text, 'PENDING'::text]));
CREATE INDEX payments_order ON payments USING btree (order_id);
CREATE INDEX payments_paid ON payments USING btree (paid_at) WHERE (paid_at IS NOT NULL);
CREATE INDEX payments_review ON payments USING btree (updated_at) WHERE (state = 'REVIEW'::text);
alter table payments enable row level security;
alter table payments force row level security;
create policy payments_guest on payments for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = payments.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy payments_plan on payments for insert to lapak_web with check (((state = 'CREATING'::text) AND (received IS NULL) AND (booked_to IS NULL) AND (paid_at IS NULL) AND (refunded = 0) AND (payable IS NULL) AND (net IS NULL) AND (gateway_fee IS NULL) AND (NOT let_go) AND (EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = payments.order_id) AND (o.token_hash = lapak_token_hash()))))));
create policy payments_shop on payments for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on payments to lapak_web;
grant insert, select, update on payments to lapak_worker;
grant select (id, order_id, attempt, gateway, method, reference, amount, currency, state, booked_to, gateway_transaction_id, gateway_method, token, redirect_url, qr_string, va_number, received, refunded, expires_at, paid_at, next_poll_at, polls, created_at, updated_at, payable, bank, code, let_go) on payments to lapak_web;

create table price_changes (
  id uuid not null,
  change_set uuid not null,
  cause text not null,
  run_id uuid,
  sku_id uuid not null,
  old_cost bigint,
  new_cost bigint,
  old_retail bigint not null,
  new_retail bigint not null,
  rule_id uuid,
  at timestamp with time zone not null,
  constraint price_changes_pkey PRIMARY KEY (id),
  constraint price_changes_once UNIQUE (change_set, sku_id),
  constraint price_changes_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint price_changes_cause_check CHECK ((cause = ANY (ARRAY['run'::text, 'clock'::text, 'rule'::text, 'hand'::text, 'revert'::text]))),
  constraint price_changes_new_retail_check CHECK ((new_retail > 0)),
  constraint price_changes_old_retail_check CHECK ((old_retail > 0))
);
CREATE INDEX price_changes_run ON price_changes USING btree (run_id, id DESC) WHERE (run_id IS NOT NULL);
CREATE INDEX price_changes_sku ON price_changes USING btree (sku_id, id DESC);
alter table price_changes enable row level security;
alter table price_changes force row level security;
create policy price_changes_shop on price_changes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on price_changes to lapak_worker;

create table price_rules (
  id uuid not null,
  scope text not null,
  scope_id uuid,
  margin_bps integer not null,
  margin_fixed bigint not null,
  round_to integer not null,
  margin_floor bigint not null,
  updated_at timestamp with time zone default now() not null,
  constraint price_rules_pkey PRIMARY KEY (id),
  constraint price_rules_scope UNIQUE NULLS NOT DISTINCT (scope, scope_id),
  constraint price_rules_margin_bps_check CHECK (((margin_bps >= 0) AND (margin_bps <= 100000))),
  constraint price_rules_margin_fixed_check CHECK ((margin_fixed >= 0)),
  constraint price_rules_margin_floor_check CHECK ((margin_floor >= 0)),
  constraint price_rules_round_to_check CHECK (((round_to >= 1) AND (round_to <= 100000))),
  constraint price_rules_scope_check CHECK ((scope = ANY (ARRAY['shop'::text, 'category'::text, 'product'::text, 'sku'::text]))),
  constraint price_rules_shop CHECK (((scope = 'shop'::text) = (scope_id IS NULL)))
);
alter table price_rules enable row level security;
alter table price_rules force row level security;
create policy price_rules_shop on price_rules for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on price_rules to lapak_worker;

create table products (
  id uuid not null,
  slug text not null,
  name text not null,
  publisher text default ''::text not null,
  category_id uuid not null,
  delivery_kind text not null,
  description text default ''::text not null,
  description_en text default ''::text not null,
  notice text,
  notice_en text,
  image_url text not null,
  input_fields jsonb default '[]'::jsonb not null,
  nickname_code text,
  state text default 'active'::text not null,
  popularity integer default 0 not null,
  source text default 'shop'::text not null,
  source_key text,
  search_words text default ''::text not null,
  search tsvector generated always as (to_tsvector('simple'::regconfig, ((((name || ' '::text) || publisher) || ' '::text) || search_words))) stored,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint products_pkey PRIMARY KEY (id),
  constraint products_slug UNIQUE (slug),
  constraint products_source UNIQUE (source, source_key),
  constraint products_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories(id),
  constraint products_delivery_kind_check CHECK ((delivery_kind = ANY (ARRAY['STOCK'::text, 'INVITE'::text, 'SUPPLIER'::text]))),
  constraint products_input_fields_check CHECK ((jsonb_typeof(input_fields) = 'array'::text)),
  constraint products_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
  constraint products_slug_check CHECK ((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  constraint products_state_check CHECK ((state = ANY (ARRAY['active'::text, 'hidden'::text])))
);
CREATE INDEX products_category ON products USING btree (category_id, popularity DESC, id) WHERE (state = 'active'::text);
CREATE INDEX products_list ON products USING btree (popularity DESC, id) WHERE (state = 'active'::text);
CREATE INDEX products_search ON products USING gin (search);
alter table products enable row level security;
alter table products force row level security;
create policy products_public on products for select to lapak_web using ((state = 'active'::text));
create policy products_shop on products for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on products to lapak_web;
grant insert, select, update on products to lapak_worker;

create table provider_accounts (
  id uuid not null,
  provider text not null,
  label text not null,
  external_id text not null,
  sealed bytea not null,
  key_id text not null,
  plans text[] not null,
  seats integer not null,
  seats_seen integer,
  outside_used integer default 0 not null,
  daily_quota integer not null,
  state text default 'ACTIVE'::text not null,
  cooldown_until timestamp with time zone,
  detail text,
  failures integer default 0 not null,
  throttles integer default 0 not null,
  last_used_at timestamp with time zone,
  inspected_at timestamp with time zone,
  next_look_at timestamp with time zone default now() not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint provider_accounts_pkey PRIMARY KEY (id),
  constraint provider_accounts_external UNIQUE (provider, external_id),
  constraint provider_accounts_cooldown CHECK (((state = 'COOLDOWN'::text) = (cooldown_until IS NOT NULL))),
  constraint provider_accounts_daily_quota_check CHECK (((daily_quota >= 1) AND (daily_quota <= 10000))),
  constraint provider_accounts_failures_check CHECK ((failures >= 0)),
  constraint provider_accounts_outside_used_check CHECK ((outside_used >= 0)),
  constraint provider_accounts_plans_check CHECK (((cardinality(plans) >= 1) AND (cardinality(plans) <= 50))),
  constraint provider_accounts_seats_check CHECK (((seats >= 1) AND (seats <= 10000))),
  constraint provider_accounts_seats_seen_check CHECK ((seats_seen >= 0)),
  constraint provider_accounts_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'COOLDOWN'::text, 'PAUSED'::text, 'BANNED'::text, 'CREDENTIAL'::text, 'RETIRED'::text]))),
  constraint provider_accounts_throttles_check CHECK ((throttles >= 0))
);
CREATE INDEX provider_accounts_key ON provider_accounts USING btree (key_id);
CREATE INDEX provider_accounts_look ON provider_accounts USING btree (next_look_at) WHERE (state <> 'RETIRED'::text);
alter table provider_accounts enable row level security;
alter table provider_accounts force row level security;
create policy provider_accounts_open on provider_accounts for select to lapak_vault using (((id)::text = current_setting('lapak.account'::text, true)));
create policy provider_accounts_rewrap on provider_accounts for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy provider_accounts_shop on provider_accounts for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, update on provider_accounts to lapak_worker;
grant select (id, external_id, sealed, key_id) on provider_accounts to lapak_vault;
grant update (sealed, key_id) on provider_accounts to lapak_vault;
grant select (id, provider, label, external_id, key_id, plans, seats, seats_seen, outside_used, daily_quota, state, cooldown_until, detail, failures, throttles, last_used_at, inspected_at, next_look_at, created_at, updated_at) on provider_accounts to lapak_worker;

create table purchase_history (
  id uuid not null,
  purchase_id uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  at timestamp with time zone default now() not null,
  constraint purchase_history_pkey PRIMARY KEY (id),
  constraint purchase_history_purchase_id_fkey FOREIGN KEY (purchase_id) REFERENCES supplier_purchases(id)
);
CREATE INDEX purchase_history_purchase ON purchase_history USING btree (purchase_id, at, id);
alter table purchase_history enable row level security;
alter table purchase_history force row level security;
create policy purchase_history_shop on purchase_history for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on purchase_history to lapak_worker;

create table refund_account_reveals (
  id uuid not null,
  order_id uuid not null,
  actor text not null,
  at timestamp with time zone default now() not null,
  constraint refund_account_reveals_pkey PRIMARY KEY (id),
  constraint refund_account_reveals_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id)
);
CREATE INDEX refund_account_reveals_order ON refund_account_reveals USING btree (order_id, at);
alter table refund_account_reveals enable row level security;
alter table refund_account_reveals force row level security;
create policy refund_account_reveals_record on refund_account_reveals for insert to lapak_vault with check (true);
create policy refund_account_reveals_shop on refund_account_reveals for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on refund_account_reveals to lapak_vault;
grant select on refund_account_reveals to lapak_worker;

create table refund_accounts (
  order_id uuid not null,
  sealed bytea not null,
  key_id text not null,
  shown text not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint refund_accounts_pkey PRIMARY KEY (order_id),
  constraint refund_accounts_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint refund_accounts_shown_check CHECK (((length(shown) >= 1) AND (length(shown) <= 80)))
);
CREATE INDEX refund_accounts_key ON refund_accounts USING btree (key_id);
alter table refund_accounts enable row level security;
alter table refund_accounts force row level security;
create policy refund_accounts_guest on refund_accounts for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = refund_accounts.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy refund_accounts_reveal on refund_accounts for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = refund_accounts.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy refund_accounts_rewrap on refund_accounts for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy refund_accounts_shop on refund_accounts for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on refund_accounts to lapak_vault;
grant delete, insert on refund_accounts to lapak_worker;
grant update (sealed, key_id) on refund_accounts to lapak_vault;
grant select (order_id, shown, updated_at) on refund_accounts to lapak_web;
grant select (order_id, key_id, shown, created_at, updated_at) on refund_accounts to lapak_worker;

create table refunds (
  id uuid not null,
  payment_id uuid not null,
  order_id uuid not null,
  line_id uuid,
  business_key text not null,
  refund_key text not null,
  settled_as text,
  amount bigint not null,
  reason text not null,
  state text not null,
  detail text,
  tries integer default 0 not null,
  next_try_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint refunds_pkey PRIMARY KEY (id),
  constraint refunds_business_key UNIQUE (business_key),
  constraint refunds_refund_key UNIQUE (refund_key),
  constraint refunds_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint refunds_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id),
  constraint refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id),
  constraint refunds_amount_check CHECK ((amount > 0)),
  constraint refunds_state_check CHECK ((state = ANY (ARRAY['REQUESTED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'DONE'::text, 'MANUAL'::text])))
);
CREATE INDEX refunds_due ON refunds USING btree (next_try_at) WHERE (state = ANY (ARRAY['REQUESTED'::text, 'SENDING'::text, 'UNKNOWN'::text]));
CREATE INDEX refunds_manual ON refunds USING btree (created_at) WHERE (state = 'MANUAL'::text);
CREATE INDEX refunds_order ON refunds USING btree (order_id);
alter table refunds enable row level security;
alter table refunds force row level security;
create policy refunds_guest on refunds for select to lapak_web using ((EXISTS ( SELECT 1
   FROM orders o
  WHERE ((o.id = refunds.order_id) AND (o.token_hash = lapak_token_hash())))));
create policy refunds_shop on refunds for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on refunds to lapak_web;
grant insert, select, update on refunds to lapak_worker;

create table resellers (
  id uuid not null,
  external_id text not null,
  name text not null,
  phone text,
  area text,
  level text,
  upline_external_id text,
  facebook text,
  instagram text,
  picture_url text,
  picture_alt text,
  is_enabled boolean default true not null,
  gone_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint resellers_pkey PRIMARY KEY (id),
  constraint resellers_external UNIQUE (external_id),
  constraint resellers_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200))),
  constraint resellers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
alter table resellers enable row level security;
alter table resellers force row level security;
create policy resellers_shop on resellers for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on resellers to lapak_worker;

create table reveals (
  id uuid not null,
  line_id uuid not null,
  actor text not null,
  units integer not null,
  at timestamp with time zone default now() not null,
  constraint reveals_pkey PRIMARY KEY (id),
  constraint reveals_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id)
);
CREATE INDEX reveals_line ON reveals USING btree (line_id, at);
alter table reveals enable row level security;
alter table reveals force row level security;
create policy reveals_record on reveals for all to lapak_vault using (true) with check (true);
create policy reveals_shop on reveals for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select on reveals to lapak_vault;
grant select on reveals to lapak_worker;

create table shared_credentials (
  id uuid not null,
  sku_id uuid not null,
  label text not null,
  seats integer not null,
  state text default 'ACTIVE'::text not null,
  version integer default 1 not null,
  fingerprint bytea not null,
  sealed bytea not null,
  key_id text not null,
  expires_at timestamp with time zone,
  rotated_at timestamp with time zone,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint shared_credentials_pkey PRIMARY KEY (id),
  constraint shared_credentials_fingerprint UNIQUE (sku_id, fingerprint),
  constraint shared_credentials_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint shared_credentials_label_check CHECK (((length(label) >= 1) AND (length(label) <= 120))),
  constraint shared_credentials_seats_check CHECK (((seats >= 1) AND (seats <= 1000))),
  constraint shared_credentials_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'PAUSED'::text, 'RETIRED'::text]))),
  constraint shared_credentials_version_check CHECK ((version >= 1))
);
CREATE INDEX shared_credentials_key ON shared_credentials USING btree (key_id);
alter table shared_credentials enable row level security;
alter table shared_credentials force row level security;
create policy shared_credentials_reveal on shared_credentials for select to lapak_vault using ((EXISTS ( SELECT 1
   FROM shared_seats s
  WHERE (s.credential_id = shared_credentials.id))));
create policy shared_credentials_rewrap on shared_credentials for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy shared_credentials_shelf on shared_credentials for select to lapak_web using (true);
create policy shared_credentials_shop on shared_credentials for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, update on shared_credentials to lapak_worker;
grant select (id, sealed, key_id) on shared_credentials to lapak_vault;
grant update (sealed, key_id) on shared_credentials to lapak_vault;
grant select (id, sku_id, seats, state, expires_at) on shared_credentials to lapak_web;
grant select (id, sku_id, label, seats, state, version, fingerprint, key_id, expires_at, rotated_at, created_at, updated_at) on shared_credentials to lapak_worker;

create table shared_seats (
  credential_id uuid not null,
  number smallint not null,
  sku_id uuid not null,
  state text default 'FREE'::text not null,
  line_id uuid,
  held_until timestamp with time zone,
  expires_at timestamp with time zone,
  constraint shared_seats_pkey PRIMARY KEY (credential_id, number),
  constraint shared_seats_credential_id_fkey FOREIGN KEY (credential_id) REFERENCES shared_credentials(id),
  constraint shared_seats_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint shared_seats_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint shared_seats_claim CHECK (((state = ANY (ARRAY['HELD'::text, 'SOLD'::text])) = (line_id IS NOT NULL))),
  constraint shared_seats_end CHECK (((expires_at IS NULL) OR (state = 'SOLD'::text))),
  constraint shared_seats_hold CHECK (((state = 'HELD'::text) = (held_until IS NOT NULL))),
  constraint shared_seats_number_check CHECK ((number >= 1)),
  constraint shared_seats_state_check CHECK ((state = ANY (ARRAY['FREE'::text, 'HELD'::text, 'SOLD'::text])))
);
CREATE INDEX shared_seats_ending ON shared_seats USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX shared_seats_line ON shared_seats USING btree (line_id) WHERE (line_id IS NOT NULL);
CREATE INDEX shared_seats_sku ON shared_seats USING btree (sku_id, credential_id, number);
alter table shared_seats enable row level security;
alter table shared_seats force row level security;
create policy shared_seats_count on shared_seats for select to lapak_web using (true);
create policy shared_seats_reveal on shared_seats for select to lapak_vault using (((state = 'SOLD'::text) AND ((expires_at IS NULL) OR (expires_at > now())) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = shared_seats.line_id) AND (o.token_hash = lapak_token_hash()))))));
create policy shared_seats_shop on shared_seats for all to lapak_owner, lapak_worker using (true) with check (true);
create policy shared_seats_take on shared_seats for update to lapak_web using (((state = 'FREE'::text) OR ((state = 'HELD'::text) AND (held_until < now())) OR ((state = 'SOLD'::text) AND (expires_at < now())))) with check (((state = 'HELD'::text) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = shared_seats.line_id) AND (o.token_hash = lapak_token_hash()))))));
grant insert, select, update on shared_seats to lapak_worker;
grant select (credential_id, number, state, line_id, expires_at) on shared_seats to lapak_vault;
grant select (credential_id, number, sku_id, state, line_id, held_until, expires_at) on shared_seats to lapak_web;
grant update (state, line_id, held_until, expires_at) on shared_seats to lapak_web;

create table sku_prices (
  sku_id uuid not null,
  retail bigint not null,
  cost bigint,
  floor bigint not null,
  rule_id uuid,
  hand_set boolean default false not null,
  trace jsonb default '[]'::jsonb not null,
  priced_at timestamp with time zone default now() not null,
  sellable boolean generated always as ((retail >= floor)) stored not null,
  constraint sku_prices_pkey PRIMARY KEY (sku_id),
  constraint sku_prices_rule_id_fkey FOREIGN KEY (rule_id) REFERENCES price_rules(id) ON DELETE SET NULL,
  constraint sku_prices_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint sku_prices_above_floor CHECK ((hand_set OR (retail >= floor))),
  constraint sku_prices_cost_check CHECK ((cost > 0)),
  constraint sku_prices_floor_check CHECK ((floor >= 0)),
  constraint sku_prices_retail_check CHECK ((retail > 0))
);
alter table sku_prices enable row level security;
alter table sku_prices force row level security;
create policy sku_prices_public on sku_prices for select to lapak_web using (true);
create policy sku_prices_shop on sku_prices for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sku_prices to lapak_worker;
grant select (sku_id, retail, priced_at, sellable) on sku_prices to lapak_web;

create table skus (
  id uuid not null,
  product_id uuid not null,
  code text not null,
  name text not null,
  group_name text,
  position integer default 0 not null,
  state text default 'active'::text not null,
  available boolean default false not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  stock_mode text default 'unique'::text not null,
  seat_days integer,
  constraint skus_pkey PRIMARY KEY (id),
  constraint skus_code UNIQUE (code),
  constraint skus_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id),
  constraint skus_code_check CHECK ((code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$'::text)),
  constraint skus_name_check CHECK (((length(name) >= 1) AND (length(name) <= 160))),
  constraint skus_seat_days_check CHECK (((seat_days >= 1) AND (seat_days <= 3660))),
  constraint skus_state_check CHECK ((state = ANY (ARRAY['active'::text, 'hidden'::text]))),
  constraint skus_stock_mode_check CHECK ((stock_mode = ANY (ARRAY['unique'::text, 'shared'::text])))
);
CREATE INDEX skus_product ON skus USING btree (product_id, "position", id);
alter table skus enable row level security;
alter table skus force row level security;
create policy skus_public on skus for select to lapak_web using ((state = 'active'::text));
create policy skus_shop on skus for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on skus to lapak_web;
grant insert, select, update on skus to lapak_worker;

create table stock_batches (
  id uuid not null,
  sku_id uuid not null,
  label text not null,
  imported integer default 0 not null,
  duplicates integer default 0 not null,
  rejected integer default 0 not null,
  actor text not null,
  created_at timestamp with time zone default now() not null,
  constraint stock_batches_pkey PRIMARY KEY (id),
  constraint stock_batches_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id)
);
alter table stock_batches enable row level security;
alter table stock_batches force row level security;
create policy stock_batches_shop on stock_batches for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on stock_batches to lapak_worker;

create table stock_units (
  id uuid not null,
  sku_id uuid not null,
  batch_id uuid not null,
  state text default 'AVAILABLE'::text not null,
  line_id uuid,
  reserved_until timestamp with time zone,
  fingerprint bytea not null,
  sealed bytea not null,
  key_id text not null,
  created_at timestamp with time zone default now() not null,
  sold_at timestamp with time zone,
  constraint stock_units_pkey PRIMARY KEY (id),
  constraint stock_units_fingerprint UNIQUE (sku_id, fingerprint),
  constraint stock_units_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES stock_batches(id),
  constraint stock_units_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint stock_units_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint stock_units_claim CHECK (((state = ANY (ARRAY['RESERVED'::text, 'SOLD'::text])) = (line_id IS NOT NULL))),
  constraint stock_units_hold CHECK (((state = 'RESERVED'::text) = (reserved_until IS NOT NULL))),
  constraint stock_units_state_check CHECK ((state = ANY (ARRAY['AVAILABLE'::text, 'RESERVED'::text, 'SOLD'::text, 'VOID'::text])))
);
CREATE INDEX stock_units_free ON stock_units USING btree (sku_id, id) WHERE (state = ANY (ARRAY['AVAILABLE'::text, 'RESERVED'::text]));
CREATE INDEX stock_units_key ON stock_units USING btree (key_id);
CREATE INDEX stock_units_line ON stock_units USING btree (line_id) WHERE (line_id IS NOT NULL);
alter table stock_units enable row level security;
alter table stock_units force row level security;
create policy stock_units_count on stock_units for select to lapak_web using (true);
create policy stock_units_hold on stock_units for update to lapak_web using (((state = 'AVAILABLE'::text) OR ((state = 'RESERVED'::text) AND (reserved_until < now())))) with check (((state = 'RESERVED'::text) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = stock_units.line_id) AND (o.token_hash = lapak_token_hash()))))));
create policy stock_units_reveal on stock_units for select to lapak_vault using (((state = 'SOLD'::text) AND (EXISTS ( SELECT 1
   FROM (order_lines l
     JOIN orders o ON ((o.id = l.order_id)))
  WHERE ((l.id = stock_units.line_id) AND (o.token_hash = lapak_token_hash()))))));
create policy stock_units_rewrap on stock_units for all to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
create policy stock_units_shop on stock_units for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on stock_units to lapak_vault;
grant insert on stock_units to lapak_worker;
grant update (sealed, key_id) on stock_units to lapak_vault;
grant select (id, sku_id, batch_id, state, line_id, reserved_until) on stock_units to lapak_web;
grant update (state, line_id, reserved_until) on stock_units to lapak_web;
grant select (id, sku_id, batch_id, state, line_id, reserved_until, fingerprint, key_id, created_at, sold_at) on stock_units to lapak_worker;
grant update (state, line_id, reserved_until, sold_at) on stock_units to lapak_worker;

create table supplier_circuits (
  supplier text not null,
  family text not null,
  in_a_row integer default 0 not null,
  recent text default ''::text not null,
  open_until timestamp with time zone,
  reason text default ''::text not null,
  probe_id uuid,
  probe_until timestamp with time zone,
  updated_at timestamp with time zone default now() not null,
  constraint supplier_circuits_pkey PRIMARY KEY (supplier, family),
  constraint supplier_circuits_in_a_row_check CHECK ((in_a_row >= 0)),
  constraint supplier_circuits_recent_check CHECK ((recent ~ '^[01]{0,20}$'::text))
);
CREATE INDEX supplier_circuits_old ON supplier_circuits USING btree (updated_at);
alter table supplier_circuits enable row level security;
alter table supplier_circuits force row level security;
create policy supplier_circuits_shop on supplier_circuits for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on supplier_circuits to lapak_worker;

create table supplier_offers (
  id uuid not null,
  supplier text not null,
  code text not null,
  sku_id uuid,
  family text not null,
  name text not null,
  display_name text not null,
  cost bigint not null,
  route text default ''::text not null,
  available boolean not null,
  content_hash bytea default '\x'::bytea not null,
  missing_since timestamp with time zone,
  seen_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  offered boolean default true not null,
  orderable boolean default true not null,
  cut_off_start smallint,
  cut_off_end smallint,
  drops timestamp with time zone[] default '{}'::timestamp with time zone[] not null,
  held_until timestamp with time zone,
  target_form text default 'apart'::text not null,
  rests boolean default false not null,
  constraint supplier_offers_pkey PRIMARY KEY (id),
  constraint supplier_offers_code UNIQUE (supplier, code),
  constraint supplier_offers_sku_id_fkey FOREIGN KEY (sku_id) REFERENCES skus(id),
  constraint supplier_offers_cost_check CHECK ((cost > 0)),
  constraint supplier_offers_cut_off CHECK (((cut_off_start IS NULL) = (cut_off_end IS NULL))),
  constraint supplier_offers_cut_off_end_check CHECK (((cut_off_end >= 0) AND (cut_off_end <= 1439))),
  constraint supplier_offers_cut_off_start_check CHECK (((cut_off_start >= 0) AND (cut_off_start <= 1439))),
  constraint supplier_offers_target_form_check CHECK ((target_form = ANY (ARRAY['apart'::text, 'joined'::text, 'piped'::text, 'single'::text])))
);
CREATE INDEX supplier_offers_clock ON supplier_offers USING btree (id) WHERE ((cut_off_start IS NOT NULL) OR (held_until IS NOT NULL));
CREATE INDEX supplier_offers_sku ON supplier_offers USING btree (sku_id, cost);
alter table supplier_offers enable row level security;
alter table supplier_offers force row level security;
create policy supplier_offers_shop on supplier_offers for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on supplier_offers to lapak_worker;

create table supplier_purchases (
  id uuid not null,
  line_id uuid not null,
  slot smallint not null,
  attempt smallint default 1 not null,
  supplier text not null,
  offer_id uuid not null,
  service_code text not null,
  expected_name text not null,
  target_no text not null,
  target_zone text default ''::text not null,
  expected_cost bigint not null,
  state text not null,
  supplier_ref text,
  price bigint,
  balance_before bigint,
  balance_at timestamp with time zone,
  failure_code text,
  failure_text text,
  fence integer default 0 not null,
  send_after timestamp with time zone default now() not null,
  sent_at timestamp with time zone,
  unknown_since timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer default 0 not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  reference text,
  max_price bigint,
  target_form text default 'apart'::text not null,
  family text,
  asked_at timestamp with time zone,
  reversed_at timestamp with time zone,
  reversal_settled_at timestamp with time zone,
  told_apart boolean default false not null,
  constraint supplier_purchases_pkey PRIMARY KEY (id),
  constraint supplier_purchases_attempt UNIQUE (line_id, slot, attempt),
  constraint supplier_purchases_ref UNIQUE (supplier, supplier_ref),
  constraint supplier_purchases_line_id_fkey FOREIGN KEY (line_id) REFERENCES order_lines(id),
  constraint supplier_purchases_offer_id_fkey FOREIGN KEY (offer_id) REFERENCES supplier_offers(id),
  constraint supplier_purchases_expected_cost_check CHECK ((expected_cost > 0)),
  constraint supplier_purchases_max_price_check CHECK ((max_price > 0)),
  constraint supplier_purchases_price_check CHECK ((price >= 0)),
  constraint supplier_purchases_slot_check CHECK ((slot >= 1)),
  constraint supplier_purchases_state_check CHECK ((state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'REFUSED'::text, 'NOT_PLACED'::text, 'MANUAL'::text]))),
  constraint supplier_purchases_target_form_check CHECK ((target_form = ANY (ARRAY['apart'::text, 'joined'::text, 'piped'::text, 'single'::text])))
);
CREATE INDEX supplier_purchases_due ON supplier_purchases USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);
CREATE INDEX supplier_purchases_line ON supplier_purchases USING btree (line_id);
CREATE UNIQUE INDEX supplier_purchases_one_in_doubt ON supplier_purchases USING btree (supplier, service_code, target_no, target_zone) WHERE ((state = ANY (ARRAY['IN_FLIGHT'::text, 'UNKNOWN'::text])) OR ((state = 'MANUAL'::text) AND (supplier_ref IS NULL) AND (NOT told_apart)));
CREATE UNIQUE INDEX supplier_purchases_one_open ON supplier_purchases USING btree (line_id, slot) WHERE (state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'MANUAL'::text, 'SUCCEEDED'::text]));
CREATE INDEX supplier_purchases_open ON supplier_purchases USING btree (supplier, family) WHERE (state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text]));
CREATE UNIQUE INDEX supplier_purchases_reference ON supplier_purchases USING btree (reference) WHERE (reference IS NOT NULL);
CREATE INDEX supplier_purchases_reversed ON supplier_purchases USING btree (reversed_at) WHERE ((reversed_at IS NOT NULL) AND (reversal_settled_at IS NULL));
CREATE INDEX supplier_purchases_sent ON supplier_purchases USING btree (supplier, sent_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX supplier_purchases_unfinished ON supplier_purchases USING btree (state) WHERE (state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'MANUAL'::text]));
CREATE INDEX supplier_purchases_waiting ON supplier_purchases USING btree (supplier, service_code, target_no, target_zone, id) WHERE (state = 'INTENT'::text);
alter table supplier_purchases enable row level security;
alter table supplier_purchases force row level security;
create policy supplier_purchases_shop on supplier_purchases for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on supplier_purchases to lapak_worker;

create table supplier_scores (
  supplier text not null,
  family text not null,
  bucket timestamp with time zone not null,
  delivered integer default 0 not null,
  failed integer default 0 not null,
  seconds integer[] not null,
  constraint supplier_scores_pkey PRIMARY KEY (supplier, family, bucket),
  constraint supplier_scores_delivered_check CHECK ((delivered >= 0)),
  constraint supplier_scores_failed_check CHECK ((failed >= 0))
);
CREATE INDEX supplier_scores_old ON supplier_scores USING btree (bucket);
alter table supplier_scores enable row level security;
alter table supplier_scores force row level security;
create policy supplier_scores_shop on supplier_scores for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on supplier_scores to lapak_worker;

create table supplier_states (
  supplier text not null,
  balance bigint,
  balance_at timestamp with time zone,
  low_balance bigint,
  paused_by text,
  paused_at timestamp with time zone,
  pause_note text,
  resume_at_balance bigint,
  updated_at timestamp with time zone default now() not null,
  constraint supplier_states_pkey PRIMARY KEY (supplier),
  constraint supplier_states_balance CHECK (((balance IS NULL) = (balance_at IS NULL))),
  constraint supplier_states_low_balance_check CHECK ((low_balance >= 0)),
  constraint supplier_states_pause CHECK (((paused_by IS NULL) = (paused_at IS NULL))),
  constraint supplier_states_paused_by_check CHECK ((paused_by = ANY (ARRAY['operator'::text, 'low_balance'::text])))
);
alter table supplier_states enable row level security;
alter table supplier_states force row level security;
create policy supplier_states_shop on supplier_states for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on supplier_states to lapak_worker;

create table sync_alerts (
  id uuid not null,
  connection text not null,
  stream text default ''::text not null,
  kind text not null,
  detail text not null,
  opened_at timestamp with time zone default now() not null,
  resolved_at timestamp with time zone,
  constraint sync_alerts_pkey PRIMARY KEY (id),
  constraint sync_alerts_kind_check CHECK ((kind = ANY (ARRAY['late'::text, 'dead_letters'::text, 'rejected_share'::text, 'circuit_open'::text, 'needs_approval'::text, 'run_failed'::text])))
);
CREATE UNIQUE INDEX sync_alerts_one_open ON sync_alerts USING btree (connection, stream, kind) WHERE (resolved_at IS NULL);
alter table sync_alerts enable row level security;
alter table sync_alerts force row level security;
create policy sync_alerts_shop on sync_alerts for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_alerts to lapak_worker;

create table sync_attempts (
  key text not null,
  connection text not null,
  stream text not null,
  local_id uuid not null,
  operation text not null,
  version bigint not null,
  content_hash uuid not null,
  parent_external_id text,
  prior_hash uuid,
  body json not null,
  state text default 'sending'::text not null,
  external_id text,
  detail text,
  tries integer default 1 not null,
  created_at timestamp with time zone default now() not null,
  sent_at timestamp with time zone default now() not null,
  settled_at timestamp with time zone,
  constraint sync_attempts_pkey PRIMARY KEY (key),
  constraint sync_attempts_key_check CHECK (((length(key) >= 16) AND (length(key) <= 100))),
  constraint sync_attempts_operation_check CHECK ((operation = ANY (ARRAY['create'::text, 'update'::text]))),
  constraint sync_attempts_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'ok'::text, 'rejected'::text, 'unknown'::text, 'withdrawn'::text]))),
  constraint sync_attempts_tries_check CHECK ((tries > 0)),
  constraint sync_attempts_version_check CHECK ((version > 0))
);
CREATE UNIQUE INDEX sync_attempts_one_open ON sync_attempts USING btree (connection, stream, local_id) WHERE (state = ANY (ARRAY['sending'::text, 'unknown'::text]));
CREATE INDEX sync_attempts_record ON sync_attempts USING btree (connection, stream, local_id, created_at);
alter table sync_attempts enable row level security;
alter table sync_attempts force row level security;
create policy sync_attempts_shop on sync_attempts for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_attempts to lapak_worker;

create table sync_buckets (
  key text not null,
  tokens double precision not null,
  refreshed_at timestamp with time zone default now() not null,
  blocked_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  constraint sync_buckets_pkey PRIMARY KEY (key)
);
alter table sync_buckets enable row level security;
alter table sync_buckets force row level security;
create policy sync_buckets_shop on sync_buckets for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_buckets to lapak_worker;

create table sync_changes (
  id uuid not null,
  run_id uuid not null,
  stream text not null,
  entity text not null,
  local_id uuid not null,
  external_id text not null,
  op text not null,
  fields jsonb not null,
  at timestamp with time zone default now() not null,
  constraint sync_changes_pkey PRIMARY KEY (id),
  constraint sync_changes_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_changes_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
  constraint sync_changes_op_check CHECK ((op = ANY (ARRAY['update'::text, 'delete'::text, 'return'::text, 'kept'::text, 'push'::text])))
);
CREATE INDEX sync_changes_record ON sync_changes USING btree (entity, local_id, id);
CREATE INDEX sync_changes_run ON sync_changes USING btree (run_id, id);
alter table sync_changes enable row level security;
alter table sync_changes force row level security;
create policy sync_changes_shop on sync_changes for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_changes to lapak_worker;

create table sync_connections (
  name text not null,
  paused_at timestamp with time zone,
  paused_by text,
  circuit_failures integer default 0 not null,
  circuit_since timestamp with time zone,
  circuit_open_until timestamp with time zone,
  circuit_reason text,
  created_at timestamp with time zone default now() not null,
  constraint sync_connections_pkey PRIMARY KEY (name),
  constraint sync_connections_circuit_failures_check CHECK ((circuit_failures >= 0)),
  constraint sync_connections_name_check CHECK ((name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text)),
  constraint sync_connections_pause CHECK (((paused_at IS NULL) = (paused_by IS NULL)))
);
alter table sync_connections enable row level security;
alter table sync_connections force row level security;
create policy sync_connections_shop on sync_connections for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_connections to lapak_worker;

create table sync_creations (
  run_id uuid not null,
  stream text not null,
  page bigint not null,
  external_ids text[] not null,
  constraint sync_creations_pkey PRIMARY KEY (run_id, stream, page),
  constraint sync_creations_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE
);
alter table sync_creations enable row level security;
alter table sync_creations force row level security;
create policy sync_creations_shop on sync_creations for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_creations to lapak_worker;

create table sync_dead_letters (
  id uuid not null,
  connection text not null,
  stream text not null,
  record_key text not null,
  payload jsonb not null,
  code text not null,
  detail text not null,
  attempts integer default 1 not null,
  state text default 'open'::text not null,
  first_run uuid,
  last_run uuid,
  opened_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  constraint sync_dead_letters_pkey PRIMARY KEY (id),
  constraint sync_dead_letters_first_run_fkey FOREIGN KEY (first_run) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_dead_letters_last_run_fkey FOREIGN KEY (last_run) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_dead_letters_attempts_check CHECK ((attempts > 0)),
  constraint sync_dead_letters_record_key_check CHECK (((length(record_key) >= 1) AND (length(record_key) <= 200))),
  constraint sync_dead_letters_state_check CHECK ((state = ANY (ARRAY['open'::text, 'resolved'::text, 'discarded'::text])))
);
CREATE INDEX sync_dead_letters_first_run ON sync_dead_letters USING btree (first_run);
CREATE INDEX sync_dead_letters_last_run ON sync_dead_letters USING btree (last_run);
CREATE INDEX sync_dead_letters_list ON sync_dead_letters USING btree (connection, stream, id) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX sync_dead_letters_one_open ON sync_dead_letters USING btree (connection, stream, record_key) WHERE (state = 'open'::text);
alter table sync_dead_letters enable row level security;
alter table sync_dead_letters force row level security;
create policy sync_dead_letters_shop on sync_dead_letters for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_dead_letters to lapak_worker;

create table sync_field_locks (
  entity text not null,
  local_id uuid not null,
  field text not null,
  locked_by text not null,
  locked_at timestamp with time zone default now() not null,
  constraint sync_field_locks_pkey PRIMARY KEY (entity, local_id, field)
);
alter table sync_field_locks enable row level security;
alter table sync_field_locks force row level security;
create policy sync_field_locks_shop on sync_field_locks for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_field_locks to lapak_worker;

create table sync_generations (
  id uuid not null,
  connection text not null,
  stream text not null,
  mode text not null,
  lo timestamp with time zone,
  hi timestamp with time zone not null,
  state text default 'open'::text not null,
  nameless bigint default 0 not null,
  started_at timestamp with time zone default now() not null,
  closed_at timestamp with time zone,
  constraint sync_generations_pkey PRIMARY KEY (id),
  constraint sync_generations_connection_stream_fkey FOREIGN KEY (connection, stream) REFERENCES sync_streams(connection, stream),
  constraint sync_generations_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text, 'range'::text]))),
  constraint sync_generations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'enumerated'::text, 'closed'::text, 'abandoned'::text])))
);
CREATE INDEX sync_generations_enumerated ON sync_generations USING btree (connection, stream) WHERE (state = 'enumerated'::text);
CREATE UNIQUE INDEX sync_generations_one_open ON sync_generations USING btree (connection, stream) WHERE (state = 'open'::text);
alter table sync_generations enable row level security;
alter table sync_generations force row level security;
create policy sync_generations_shop on sync_generations for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_generations to lapak_worker;

create table sync_image_contents (
  sha256 bytea not null,
  width integer not null,
  height integer not null,
  forms jsonb not null,
  bytes bigint not null,
  created_at timestamp with time zone default now() not null,
  orphaned_at timestamp with time zone,
  removing_at timestamp with time zone,
  constraint sync_image_contents_pkey PRIMARY KEY (sha256),
  constraint sync_image_contents_bytes_check CHECK ((bytes > 0)),
  constraint sync_image_contents_forms_check CHECK ((jsonb_typeof(forms) = 'array'::text)),
  constraint sync_image_contents_height_check CHECK ((height > 0)),
  constraint sync_image_contents_removing CHECK (((removing_at IS NULL) OR (orphaned_at IS NOT NULL))),
  constraint sync_image_contents_sha256_check CHECK ((length(sha256) = 32)),
  constraint sync_image_contents_width_check CHECK ((width > 0))
);
CREATE INDEX sync_image_contents_orphans ON sync_image_contents USING btree (orphaned_at) WHERE (orphaned_at IS NOT NULL);
alter table sync_image_contents enable row level security;
alter table sync_image_contents force row level security;
create policy sync_image_contents_shop on sync_image_contents for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_image_contents to lapak_worker;

create table sync_images (
  url text not null,
  alt text default ''::text not null,
  state text default 'wanted'::text not null,
  sha256 bytea,
  etag text,
  last_modified text,
  checked_at timestamp with time zone,
  fail_count integer default 0 not null,
  error_code text,
  error_detail text,
  next_at timestamp with time zone default now() not null,
  claim uuid,
  claimed_by uuid,
  claim_until timestamp with time zone,
  constraint sync_images_pkey PRIMARY KEY (url),
  constraint sync_images_sha256_fkey FOREIGN KEY (sha256) REFERENCES sync_image_contents(sha256),
  constraint sync_images_claim CHECK ((((claim IS NULL) = (claimed_by IS NULL)) AND ((claim IS NULL) = (claim_until IS NULL)))),
  constraint sync_images_fail_count_check CHECK ((fail_count >= 0)),
  constraint sync_images_mirrored CHECK (((state <> 'mirrored'::text) OR (sha256 IS NOT NULL))),
  constraint sync_images_state_check CHECK ((state = ANY (ARRAY['wanted'::text, 'mirrored'::text, 'broken'::text]))),
  constraint sync_images_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
);
CREATE INDEX sync_images_broken ON sync_images USING btree (url) WHERE (state = 'broken'::text);
CREATE INDEX sync_images_claimed ON sync_images USING btree (claimed_by) WHERE (claimed_by IS NOT NULL);
CREATE INDEX sync_images_content ON sync_images USING btree (sha256) WHERE (sha256 IS NOT NULL);
CREATE INDEX sync_images_due ON sync_images USING btree (next_at);
alter table sync_images enable row level security;
alter table sync_images force row level security;
create policy sync_images_shop on sync_images for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_images to lapak_worker;

create table sync_missing (
  generation_id uuid not null,
  batch bigint not null,
  external_ids text[] not null,
  constraint sync_missing_pkey PRIMARY KEY (generation_id, batch),
  constraint sync_missing_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE
);
alter table sync_missing enable row level security;
alter table sync_missing force row level security;
create policy sync_missing_shop on sync_missing for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_missing to lapak_worker;

create table sync_passes (
  run_id uuid not null,
  stream text not null,
  connection text not null,
  place integer not null,
  after text[] default '{}'::text[] not null,
  state text default 'waiting'::text not null,
  epoch bigint default 0 not null,
  lease_owner uuid,
  lease_until timestamp with time zone default '-infinity'::timestamp with time zone not null,
  generation_id uuid,
  seen bigint default 0 not null,
  created bigint default 0 not null,
  updated bigint default 0 not null,
  unchanged bigint default 0 not null,
  stale bigint default 0 not null,
  rejected bigint default 0 not null,
  deleted bigint default 0 not null,
  pages bigint default 0 not null,
  missing bigint default 0 not null,
  plan_sum text,
  tries integer default 0 not null,
  retry_at timestamp with time zone,
  progressed_at timestamp with time zone,
  error_code text,
  error_detail text,
  approved_at timestamp with time zone,
  approved_by text,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  constraint sync_passes_pkey PRIMARY KEY (run_id, stream),
  constraint sync_passes_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_passes_conserved CHECK ((seen = ((((created + updated) + unchanged) + stale) + rejected))),
  constraint sync_passes_epoch_check CHECK ((epoch >= 0)),
  constraint sync_passes_place_check CHECK ((place >= 0)),
  constraint sync_passes_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'ready'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'parked'::text, 'cancelled'::text])))
);
CREATE INDEX sync_passes_open ON sync_passes USING btree (connection, stream) WHERE (state = ANY (ARRAY['waiting'::text, 'ready'::text, 'running'::text, 'parked'::text]));
alter table sync_passes enable row level security;
alter table sync_passes force row level security;
create policy sync_passes_shop on sync_passes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_passes to lapak_worker;

create table sync_plan_items (
  run_id uuid not null,
  stream text not null,
  op text not null,
  external_id text not null,
  fields jsonb default '{}'::jsonb not null,
  constraint sync_plan_items_pkey PRIMARY KEY (run_id, stream, external_id, op),
  constraint sync_plan_items_run_id_fkey FOREIGN KEY (run_id) REFERENCES sync_runs(id) ON DELETE CASCADE,
  constraint sync_plan_items_fields_check CHECK ((jsonb_typeof(fields) = 'object'::text)),
  constraint sync_plan_items_op_check CHECK ((op = ANY (ARRAY['create'::text, 'update'::text, 'delete'::text, 'return'::text, 'kept'::text])))
);
alter table sync_plan_items enable row level security;
alter table sync_plan_items force row level security;
create policy sync_plan_items_shop on sync_plan_items for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_plan_items to lapak_worker;

create table sync_pushes (
  connection text not null,
  stream text not null,
  local_id uuid not null,
  want_version bigint default 1 not null,
  wished_at timestamp with time zone default now() not null,
  sent_version bigint default 0 not null,
  refused_version bigint default 0 not null,
  settled_attempts bigint default 0 not null,
  waits_for uuid,
  pushed_parent text,
  tries integer default 0 not null,
  next_at timestamp with time zone default now() not null,
  needs_review boolean default false not null,
  review_reason text,
  updated_at timestamp with time zone default now() not null,
  constraint sync_pushes_pkey PRIMARY KEY (connection, stream, local_id),
  constraint sync_pushes_refused_version_check CHECK ((refused_version >= 0)),
  constraint sync_pushes_review CHECK ((needs_review = (review_reason IS NOT NULL))),
  constraint sync_pushes_sent CHECK (((sent_version <= want_version) AND (refused_version <= want_version))),
  constraint sync_pushes_sent_version_check CHECK ((sent_version >= 0)),
  constraint sync_pushes_want_version_check CHECK ((want_version > 0))
);
CREATE INDEX sync_pushes_due ON sync_pushes USING btree (connection, stream, next_at) WHERE ((sent_version < want_version) AND (refused_version < want_version) AND (NOT needs_review));
alter table sync_pushes enable row level security;
alter table sync_pushes force row level security;
create policy sync_pushes_shop on sync_pushes for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_pushes to lapak_worker;

create table sync_records (
  connection text not null,
  entity text not null,
  external_id text not null,
  local_id uuid not null,
  content_hash uuid,
  version timestamp with time zone,
  pushed_hash uuid,
  touched_at timestamp with time zone default now() not null,
  gone_at timestamp with time zone,
  constraint sync_records_pkey PRIMARY KEY (external_id, connection, entity),
  constraint sync_records_local UNIQUE (local_id, connection, entity),
  constraint sync_records_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 200)))
);
alter table sync_records enable row level security;
alter table sync_records force row level security;
create policy sync_records_shop on sync_records for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_records to lapak_worker;

create table sync_runs (
  id uuid not null,
  connection text not null,
  trigger text not null,
  kind text not null,
  status text not null,
  streams jsonb default '[]'::jsonb not null,
  errors jsonb default '[]'::jsonb not null,
  started_at timestamp with time zone default now() not null,
  finished_at timestamp with time zone,
  mode text default 'full'::text not null,
  range_from timestamp with time zone,
  range_to timestamp with time zone,
  plan_of uuid,
  plan_sum text,
  cancel_requested_at timestamp with time zone,
  queued_at timestamp with time zone default now() not null,
  constraint sync_runs_pkey PRIMARY KEY (id),
  constraint sync_runs_plan_of_fkey FOREIGN KEY (plan_of) REFERENCES sync_runs(id) ON DELETE SET NULL,
  constraint sync_runs_kind_check CHECK ((kind = ANY (ARRAY['live'::text, 'dry'::text]))),
  constraint sync_runs_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text, 'range'::text, 'replay'::text]))),
  constraint sync_runs_range CHECK ((((range_from IS NULL) = (range_to IS NULL)) AND (range_from <= range_to))),
  constraint sync_runs_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'succeeded'::text, 'failed'::text, 'refused'::text, 'needs_approval'::text, 'cancelled'::text]))),
  constraint sync_runs_trigger_check CHECK ((trigger = ANY (ARRAY['manual'::text, 'schedule'::text, 'webhook'::text, 'cli'::text, 'replay'::text])))
);
CREATE UNIQUE INDEX sync_runs_one_at_a_time ON sync_runs USING btree (connection) WHERE (status = 'running'::text);
CREATE UNIQUE INDEX sync_runs_one_waiting ON sync_runs USING btree (connection, kind, mode, range_from, range_to, plan_of) NULLS NOT DISTINCT WHERE (status = 'queued'::text);
CREATE INDEX sync_runs_plan_of ON sync_runs USING btree (plan_of) WHERE (plan_of IS NOT NULL);
CREATE INDEX sync_runs_recent ON sync_runs USING btree (connection, started_at DESC);
alter table sync_runs enable row level security;
alter table sync_runs force row level security;
create policy sync_runs_shop on sync_runs for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_runs to lapak_worker;

create table sync_schedules (
  connection text not null,
  mode text not null,
  every_minutes integer not null,
  enabled boolean default true not null,
  next_at timestamp with time zone not null,
  constraint sync_schedules_pkey PRIMARY KEY (connection, mode),
  constraint sync_schedules_connection_fkey FOREIGN KEY (connection) REFERENCES sync_connections(name),
  constraint sync_schedules_every_minutes_check CHECK (((every_minutes >= 1) AND (every_minutes <= 44640))),
  constraint sync_schedules_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'changes'::text])))
);
alter table sync_schedules enable row level security;
alter table sync_schedules force row level security;
create policy sync_schedules_shop on sync_schedules for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_schedules to lapak_worker;

create table sync_seen (
  generation_id uuid not null,
  slice integer not null,
  page bigint not null,
  external_ids text[] not null,
  constraint sync_seen_pkey PRIMARY KEY (generation_id, slice, page),
  constraint sync_seen_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE
);
alter table sync_seen enable row level security;
alter table sync_seen force row level security;
create policy sync_seen_shop on sync_seen for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select on sync_seen to lapak_worker;

create table sync_slices (
  generation_id uuid not null,
  slice integer not null,
  lo timestamp with time zone,
  hi timestamp with time zone not null,
  position text,
  pages bigint default 0 not null,
  restarts integer default 0 not null,
  is_done boolean default false not null,
  constraint sync_slices_pkey PRIMARY KEY (generation_id, slice),
  constraint sync_slices_generation_id_fkey FOREIGN KEY (generation_id) REFERENCES sync_generations(id) ON DELETE CASCADE,
  constraint sync_slices_slice_check CHECK ((slice >= 0))
);
alter table sync_slices enable row level security;
alter table sync_slices force row level security;
create policy sync_slices_shop on sync_slices for all to lapak_owner, lapak_worker using (true) with check (true);
grant delete, insert, select, update on sync_slices to lapak_worker;

create table sync_streams (
  connection text not null,
  stream text not null,
  watermark timestamp with time zone,
  enumerated_at timestamp with time zone,
  constraint sync_streams_pkey PRIMARY KEY (connection, stream),
  constraint sync_streams_connection_fkey FOREIGN KEY (connection) REFERENCES sync_connections(name)
);
alter table sync_streams enable row level security;
alter table sync_streams force row level security;
create policy sync_streams_shop on sync_streams for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert, select, update on sync_streams to lapak_worker;

create table transfers (
  journal_id uuid not null,
  position smallint not null,
  debit_account_id uuid not null,
  credit_account_id uuid not null,
  amount bigint not null,
  created_at timestamp with time zone default now() not null,
  constraint transfers_pkey PRIMARY KEY (journal_id, "position"),
  constraint transfers_credit_account_id_fkey FOREIGN KEY (credit_account_id) REFERENCES accounts(id),
  constraint transfers_debit_account_id_fkey FOREIGN KEY (debit_account_id) REFERENCES accounts(id),
  constraint transfers_journal_id_fkey FOREIGN KEY (journal_id) REFERENCES journals(id),
  constraint transfers_amount_check CHECK ((amount > 0)),
  constraint transfers_two_accounts CHECK ((debit_account_id <> credit_account_id))
);
CREATE INDEX transfers_credit ON transfers USING btree (credit_account_id, created_at);
CREATE INDEX transfers_debit ON transfers USING btree (debit_account_id, created_at);
CREATE TRIGGER transfers_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION lapak_append_only();
alter table transfers enable row level security;
alter table transfers force row level security;
create policy transfers_shop on transfers for all to lapak_owner, lapak_worker using (true) with check (true);
grant select on transfers to lapak_worker;

create table webhook_inbox (
  id uuid not null,
  provider text not null,
  dedupe_key bytea not null,
  body bytea not null,
  key_id text default ''::text not null,
  reference text,
  state text default 'RECEIVED'::text not null,
  outcome text,
  tries integer default 0 not null,
  next_try_at timestamp with time zone default now() not null,
  received_at timestamp with time zone default now() not null,
  handled_at timestamp with time zone,
  constraint webhook_inbox_pkey PRIMARY KEY (id),
  constraint webhook_inbox_once UNIQUE (provider, dedupe_key),
  constraint webhook_inbox_body_check CHECK ((length(body) <= 70000)),
  constraint webhook_inbox_dedupe_key_check CHECK ((length(dedupe_key) = 32)),
  constraint webhook_inbox_state_check CHECK ((state = ANY (ARRAY['RECEIVED'::text, 'HANDLED'::text, 'PARKED'::text, 'IGNORED'::text])))
);
CREATE INDEX webhook_inbox_due ON webhook_inbox USING btree (next_try_at) WHERE (state = ANY (ARRAY['RECEIVED'::text, 'PARKED'::text]));
CREATE INDEX webhook_inbox_old ON webhook_inbox USING btree (handled_at) WHERE (handled_at IS NOT NULL);
alter table webhook_inbox enable row level security;
alter table webhook_inbox force row level security;
create policy webhook_inbox_accept on webhook_inbox for insert to lapak_web with check (true);
create policy webhook_inbox_shop on webhook_inbox for all to lapak_owner, lapak_worker using (true) with check (true);
grant insert on webhook_inbox to lapak_web;
grant delete, insert, select, update on webhook_inbox to lapak_worker;

-- views

create view overdue with (security_invoker=true) as
 SELECT d.subject,
    w.id,
    w.order_id,
    w.state,
    d.variant,
    d.owner,
    d.exit,
    d.is_listed,
    (w.since + d.lasts) AS deadline,
    ((w.since + d.lasts) + d.grace) AS escalates_at
   FROM (deadlines d
     JOIN LATERAL ( SELECT o.id,
            o.id AS order_id,
            o.state,
            ''::text AS variant,
            o.expires_at AS since
           FROM orders o
          WHERE ((d.subject = 'order'::text) AND (o.state = d.state) AND (o.state = ANY (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text])))
        UNION ALL
         SELECT o.id,
            o.id,
            o.state,
            ''::text,
            GREATEST(o.paid_at, o.updated_at) AS "greatest"
           FROM orders o
          WHERE ((d.subject = 'order'::text) AND (d.state = 'PROCESSING'::text) AND (o.state = 'PROCESSING'::text) AND (NOT (EXISTS ( SELECT
                   FROM order_lines l
                  WHERE ((l.order_id = o.id) AND (l.state = ANY (ARRAY['WAITING'::text, 'PROCESSING'::text])))))) AND (NOT (EXISTS ( SELECT
                   FROM order_lines l
                  WHERE ((l.order_id = o.id) AND (l.state = 'NEEDS_INPUT'::text))))))
        UNION ALL
         SELECT l.id,
            l.order_id,
            l.state,
            ''::text,
            GREATEST(l.updated_at, o.updated_at) AS "greatest"
           FROM (order_lines l
             JOIN orders o ON ((o.id = l.order_id)))
          WHERE ((d.subject = 'line'::text) AND (d.state = 'WAITING'::text) AND (l.state = 'WAITING'::text) AND (o.state <> ALL (ARRAY['PENDING'::text, 'WAITING_PAYMENT'::text])))
        UNION ALL
         SELECT l.id,
            l.order_id,
            l.state,
            line_work(l.id) AS line_work,
            l.updated_at
           FROM order_lines l
          WHERE ((d.subject = 'line'::text) AND (d.state = 'PROCESSING'::text) AND (l.state = 'PROCESSING'::text))
        UNION ALL
         SELECT l.id,
            l.order_id,
            l.state,
            ''::text,
            l.correct_until
           FROM order_lines l
          WHERE ((d.subject = 'line'::text) AND (d.state = 'NEEDS_INPUT'::text) AND (l.state = 'NEEDS_INPUT'::text))
        UNION ALL
         SELECT p.id,
            p.order_id,
            p.state,
            ''::text,
            p.expires_at
           FROM payments p
          WHERE ((d.subject = 'payment'::text) AND (p.state = d.state) AND (p.state = ANY (ARRAY['CREATING'::text, 'PENDING'::text])))
        UNION ALL
         SELECT p.id,
            p.order_id,
            p.state,
            ''::text,
            GREATEST(p.expires_at, p.updated_at) AS "greatest"
           FROM payments p
          WHERE ((d.subject = 'payment'::text) AND (d.state = 'REVIEW'::text) AND (p.state = 'REVIEW'::text) AND (p.booked_to IS NULL) AND (NOT (EXISTS ( SELECT
                   FROM payment_exceptions e
                  WHERE ((e.payment_id = p.id) AND (e.state = 'OPEN'::text))))))
        UNION ALL
         SELECT p.id,
            l.order_id,
            p.state,
            ''::text,
                CASE p.state
                    WHEN 'INTENT'::text THEN p.created_at
                    WHEN 'UNKNOWN'::text THEN COALESCE(p.unknown_since, p.updated_at)
                    WHEN 'MANUAL'::text THEN p.updated_at
                    ELSE COALESCE(p.sent_at, p.updated_at)
                END AS "coalesce"
           FROM (supplier_purchases p
             JOIN order_lines l ON ((l.id = p.line_id)))
          WHERE ((d.subject = 'purchase'::text) AND (d.variant = ''::text) AND (p.state = d.state) AND (p.state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text, 'MANUAL'::text])))
        UNION ALL
         SELECT p.id,
            l.order_id,
            p.state,
            'unplanned'::text,
            p.updated_at
           FROM (supplier_purchases p
             JOIN order_lines l ON ((l.id = p.line_id)))
          WHERE ((d.subject = 'purchase'::text) AND (d.variant = 'unplanned'::text) AND (p.next_check_at IS NULL) AND (p.state = d.state) AND (p.state = ANY (ARRAY['INTENT'::text, 'IN_FLIGHT'::text, 'UNKNOWN'::text, 'ACCEPTED'::text])))
        UNION ALL
         SELECT i.id,
            l.order_id,
            i.state,
            ''::text,
                CASE i.state
                    WHEN 'QUEUED'::text THEN i.waiting_since
                    WHEN 'UNKNOWN'::text THEN COALESCE(i.unknown_since, i.updated_at)
                    WHEN 'INVITED'::text THEN COALESCE(i.expires_at, (i.invited_at + '30 days'::interval), i.updated_at)
                    WHEN 'JOINED'::text THEN i.ends_at
                    WHEN 'MANUAL'::text THEN i.updated_at
                    ELSE COALESCE(i.sent_at, i.updated_at)
                END AS "coalesce"
           FROM (invites i
             JOIN order_lines l ON ((l.id = i.line_id)))
          WHERE ((d.subject = 'invite'::text) AND (i.state = d.state) AND (i.state = ANY (ARRAY['QUEUED'::text, 'SENDING'::text, 'UNKNOWN'::text, 'INVITED'::text, 'JOINED'::text, 'MANUAL'::text])))
        UNION ALL
         SELECT r.id,
            r.order_id,
            r.state,
            ''::text,
                CASE r.state
                    WHEN 'SENDING'::text THEN r.updated_at
                    ELSE r.created_at
                END AS created_at
           FROM refunds r
          WHERE ((d.subject = 'refund'::text) AND (r.state = d.state) AND (r.state = ANY (ARRAY['REQUESTED'::text, 'SENDING'::text, 'UNKNOWN'::text])))
        UNION ALL
         SELECT r.id,
            r.order_id,
            r.state,
            ''::text,
            r.created_at
           FROM refunds r
          WHERE ((d.subject = 'refund'::text) AND (d.state = 'MANUAL'::text) AND (r.state = 'MANUAL'::text))
        UNION ALL
         SELECT e.id,
            p.order_id,
            e.state,
            ''::text,
            e.opened_at
           FROM (payment_exceptions e
             JOIN payments p ON ((p.id = e.payment_id)))
          WHERE ((d.subject = 'payment_exception'::text) AND (e.state = 'OPEN'::text))
        UNION ALL
         SELECT i.id,
            NULL::uuid,
            i.state,
            ''::text,
            i.next_try_at
           FROM webhook_inbox i
          WHERE ((d.subject = 'inbox'::text) AND (i.state = d.state) AND (i.state = ANY (ARRAY['RECEIVED'::text, 'PARKED'::text])))
        UNION ALL
         SELECT m.id,
            m.order_id,
            m.state,
            ''::text,
            COALESCE(m.next_try_at, m.updated_at) AS "coalesce"
           FROM messages m
          WHERE ((d.subject = 'message'::text) AND (m.state = d.state) AND (m.state = ANY (ARRAY['WAITING'::text, 'SENDING'::text])))) w ON (((w.state = d.state) AND (w.variant = d.variant))))
  WHERE ((w.since + d.lasts) <= now());
