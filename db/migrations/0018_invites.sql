-- why: memberships by invite: pools of provider accounts with quotas and seats, plans, invites and their history
-- locks: order_transitions for a moment, as its check learns a subject; safe while older code runs: it opens no invites

alter table order_transitions drop constraint order_transitions_subject_check;
alter table order_transitions add constraint order_transitions_subject_check
  check (subject in ('order', 'line', 'payment', 'purchase', 'invite'));

create table provider_accounts (
  id uuid primary key,
  provider text not null,
  label text not null,
  external_id text not null,
  sealed bytea not null,
  key_id text not null,
  plans text[] not null check (cardinality(plans) between 1 and 50),
  seats integer not null check (seats between 1 and 10000),
  -- what the provider shows: how many seats it has, and how many of them are used by others than us
  seats_seen integer check (seats_seen >= 0),
  outside_used integer not null default 0 check (outside_used >= 0),
  daily_quota integer not null check (daily_quota between 1 and 10000),
  state text not null default 'ACTIVE' check (state in ('ACTIVE', 'COOLDOWN', 'PAUSED', 'BANNED', 'CREDENTIAL', 'RETIRED')),
  cooldown_until timestamptz,
  detail text,
  failures integer not null default 0 check (failures >= 0),
  throttles integer not null default 0 check (throttles >= 0),
  last_used_at timestamptz,
  inspected_at timestamptz,
  next_look_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint provider_accounts_external unique (provider, external_id),
  constraint provider_accounts_cooldown check ((state = 'COOLDOWN') = (cooldown_until is not null))
);
create index provider_accounts_look on provider_accounts (next_look_at) where state <> 'RETIRED';
create index provider_accounts_key on provider_accounts (key_id);
call lapak_protect('provider_accounts');
grant select (id, provider, label, external_id, key_id, plans, seats, seats_seen, outside_used, daily_quota, state,
  cooldown_until, detail, failures, throttles, last_used_at, inspected_at, next_look_at, created_at, updated_at)
  on provider_accounts to lapak_worker;
grant insert, update on provider_accounts to lapak_worker;
-- The vault alone reads credentials: of the account that its transaction names, or of all while it changes keys.
create policy provider_accounts_open on provider_accounts for select to lapak_vault
  using (id::text = current_setting('lapak.account', true));
create policy provider_accounts_rewrap on provider_accounts to lapak_vault using (lapak_rewraps()) with check (lapak_rewraps());
grant select (id, external_id, sealed, key_id) on provider_accounts to lapak_vault;
grant update (sealed, key_id) on provider_accounts to lapak_vault;

-- Invites of one account on one day in Jakarta. Once it exists, the day's own quota counts.
create table account_days (
  account_id uuid not null references provider_accounts,
  day date not null,
  used integer not null check (used >= 0),
  quota integer not null check (quota >= 0),
  constraint account_days_pkey primary key (account_id, day),
  constraint account_days_quota check (used <= quota)
);
call lapak_protect('account_days');
grant select, insert, update on account_days to lapak_worker;

-- Which plan of which provider a product or a single SKU sells; the SKU's own wins. Without days it has no end.
create table invite_plans (
  id uuid primary key,
  product_id uuid constraint invite_plans_product unique references products,
  sku_id uuid constraint invite_plans_sku unique references skus,
  provider text not null,
  plan text not null,
  days integer check (days between 1 and 3660),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invite_plans_target check (num_nonnulls(product_id, sku_id) = 1)
);
call lapak_protect('invite_plans');
grant select, insert, update on invite_plans to lapak_worker;

create table invites (
  id uuid primary key,
  line_id uuid not null references order_lines,
  slot smallint not null check (slot >= 1),
  attempt smallint not null default 1 check (attempt >= 1),
  email text not null check (length(email) between 3 and 254),
  provider text not null,
  plan text not null,
  days integer,
  state text not null check (state in
    ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'NOT_SENT', 'FAILED', 'LOST', 'ENDED', 'MANUAL')),
  account_id uuid references provider_accounts,
  provider_ref text,
  -- the day whose quota this attempt used, and whether it still counts: what certainly invited nobody is given back
  claim_day date,
  counted boolean not null default false,
  fence integer not null default 0,
  -- the place in the queue, which a further attempt keeps; and since when this wait is counted
  queued_at timestamptz not null,
  waiting_since timestamptz not null,
  due_at timestamptz not null,
  sent_at timestamptz,
  unknown_since timestamptz,
  invited_at timestamptz,
  joined_at timestamptz,
  expires_at timestamptz,
  ends_at timestamptz,
  next_check_at timestamptz,
  checks integer not null default 0,
  failure_code text,
  failure_text text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invites_attempt unique (line_id, slot, attempt),
  constraint invites_account check (account_id is not null or state not in ('SENDING', 'UNKNOWN')),
  constraint invites_counted check (not counted or (account_id is not null and claim_day is not null))
);
create unique index invites_one_open on invites (line_id, slot)
  where state in ('QUEUED', 'SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'MANUAL');
create index invites_queue on invites (provider, plan, queued_at, line_id, slot) where state = 'QUEUED';
create index invites_email on invites (email);
create index invites_due on invites (next_check_at) where next_check_at is not null;
create index invites_account_open on invites (account_id) where state in ('SENDING', 'UNKNOWN', 'INVITED', 'JOINED');
create index invites_counted_days on invites (account_id, claim_day) where counted;
create index invites_sent on invites (provider, plan, sent_at) where sent_at is not null;
call lapak_protect('invites');
grant select, insert, update on invites to lapak_worker;

-- The seat that an attempt holds from its claim until the provider confirmed that nobody sits there any more.
create table account_seats (
  invite_id uuid primary key references invites,
  account_id uuid not null references provider_accounts,
  seat_no integer not null check (seat_no >= 1),
  taken_at timestamptz not null,
  leave_at timestamptz,
  removals integer not null default 0,
  freed_at timestamptz,
  constraint account_seats_order check (freed_at >= taken_at)
);
create unique index account_seats_one_holder on account_seats (account_id, seat_no) where freed_at is null;
create index account_seats_leaving on account_seats (leave_at) where leave_at is not null and freed_at is null;
call lapak_protect('account_seats');
grant select, insert, update on account_seats to lapak_worker;

create table invite_history (
  id uuid primary key,
  invite_id uuid not null references invites,
  from_state text not null,
  to_state text not null,
  reason text,
  at timestamptz not null default now()
);
create index invite_history_invite on invite_history (invite_id, at, id);
call lapak_protect('invite_history');
grant select, insert on invite_history to lapak_worker;

insert into order_transitions (subject, from_state, to_state) values
  ('invite', 'NEW', 'QUEUED'),
  ('invite', 'QUEUED', 'SENDING'), ('invite', 'QUEUED', 'FAILED'), ('invite', 'QUEUED', 'MANUAL'), ('invite', 'QUEUED', 'ENDED'),
  ('invite', 'SENDING', 'INVITED'), ('invite', 'SENDING', 'JOINED'), ('invite', 'SENDING', 'UNKNOWN'),
  ('invite', 'SENDING', 'NOT_SENT'), ('invite', 'SENDING', 'FAILED'), ('invite', 'SENDING', 'MANUAL'),
  ('invite', 'SENDING', 'LOST'),
  ('invite', 'UNKNOWN', 'INVITED'), ('invite', 'UNKNOWN', 'JOINED'), ('invite', 'UNKNOWN', 'NOT_SENT'),
  ('invite', 'UNKNOWN', 'MANUAL'), ('invite', 'UNKNOWN', 'LOST'),
  ('invite', 'INVITED', 'JOINED'), ('invite', 'INVITED', 'LOST'), ('invite', 'INVITED', 'MANUAL'), ('invite', 'INVITED', 'ENDED'),
  ('invite', 'JOINED', 'LOST'), ('invite', 'JOINED', 'MANUAL'), ('invite', 'JOINED', 'ENDED'),
  ('invite', 'MANUAL', 'INVITED'), ('invite', 'MANUAL', 'JOINED'), ('invite', 'MANUAL', 'NOT_SENT'),
  ('invite', 'MANUAL', 'FAILED'), ('invite', 'MANUAL', 'LOST'), ('invite', 'MANUAL', 'ENDED');

-- Accounts of a pool that could take one more invite at that moment. Without a search path of its own, so that it
-- becomes part of the statement around it: whoever asks for one account then reads one.
create function usable_accounts(p_provider text, p_plan text, p_now timestamptz)
  returns table (id uuid, failures integer, used integer, last_used_at timestamptz)
  language sql stable as $$
  select a.id, a.failures, coalesce(d.used, 0), a.last_used_at
  from provider_accounts a
  left join account_days d on d.account_id = a.id and d.day = (p_now at time zone 'Asia/Jakarta')::date
  where a.provider = p_provider and p_plan = any (a.plans)
    and (a.state = 'ACTIVE' or (a.state = 'COOLDOWN' and a.cooldown_until <= p_now))
    and coalesce(d.used, 0) < coalesce(d.quota, a.daily_quota)
    and (select count(*) from account_seats s where s.account_id = a.id and s.freed_at is null)
      + a.outside_used < least(a.seats, coalesce(a.seats_seen, a.seats))
$$;

-- Gives the first waiting invite of a pool an account, a seat of it and one of its invites of the day, all or nothing;
-- no row when nobody waits or nothing is free. First come first served, except that nobody is held up by an invite
-- that no free account may take: one whose address sits in an account already, or that this account refused. However
-- many of those wait in front, as where one account holds a pool and its members buy their next month: once one was
-- met, the search reads over all that none of the free accounts may take.
-- Accounts: healthy ones first, then the least used today, then the one that rested longest. Pass 1 skips accounts
-- that others are claiming from, pass 2 waits for them before it says that nothing is free. Everybody who takes a seat
-- holds the account's row, so what is read after that lock is the truth. Locks: one waiting invite, then one account.
create function claim_invite(p_provider text, p_plan text, p_moment timestamptz, p_lost_after_ms float8, p_history_id uuid)
  returns table (claimed_id uuid) language plpgsql set search_path = pg_catalog, public as $$
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
end $$;

-- Accounts that may not take an invite: its address has a seat there that is not free yet, so that taking the old one
-- back would hit the new one; or the account refused this unit before. Uses invites_email and invites_attempt.
create function shunned_accounts(p_line_id uuid, p_slot smallint, p_email text)
  returns uuid[] language sql stable set search_path = pg_catalog, public as $$
  select coalesce(array_agg(shunned.account_id), '{}') from (
    select s.account_id from invites i join account_seats s on s.invite_id = i.id
    where i.email = p_email and s.freed_at is null
    union
    select f.account_id from invites f
    where f.line_id = p_line_id and f.slot = p_slot and f.failure_code = 'other' and f.account_id is not null
  ) shunned
$$;
