-- why: pictures of external systems: where each comes from, what was found there, and each content that is stored once
-- locks: none on existing data

-- One row per content, whatever number of addresses leads to it.
create table sync_image_contents (
  sha256 bytea primary key check (length(sha256) = 32),
  -- Of the upright original.
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  -- The stored forms: [{size, format, width, height}]; their keys follow from the hash.
  forms jsonb not null check (jsonb_typeof(forms) = 'array'),
  -- Of all forms together.
  bytes bigint not null check (bytes > 0),
  created_at timestamptz not null default now(),
  -- Since when no picture refers to it.
  orphaned_at timestamptz,
  -- Its files are being deleted: nobody may refer to it any more.
  removing_at timestamptz,
  constraint sync_image_contents_removing check (removing_at is null or orphaned_at is not null)
);
create index sync_image_contents_orphans on sync_image_contents (orphaned_at) where orphaned_at is not null;
call lapak_protect('sync_image_contents');
grant select, insert, update, delete on sync_image_contents to lapak_worker;

-- One row per address that a record named.
create table sync_images (
  url text collate "C" primary key check (length(url) between 1 and 2000),
  alt text not null default '',
  -- 'broken' after several failures in a row; whatever was found before is still shown.
  state text not null default 'wanted' check (state in ('wanted', 'mirrored', 'broken')),
  sha256 bytea references sync_image_contents,
  etag text,
  last_modified text,
  checked_at timestamptz,
  fail_count integer not null default 0 check (fail_count >= 0),
  error_code text,
  error_detail text,
  -- When it is looked at next. While somebody works on it: when his claim ends.
  next_at timestamptz not null default now(),
  claim uuid,
  claimed_by uuid,
  claim_until timestamptz,
  constraint sync_images_claim check ((claim is null) = (claimed_by is null) and (claim is null) = (claim_until is null)),
  constraint sync_images_mirrored check (state <> 'mirrored' or sha256 is not null)
);
create index sync_images_due on sync_images (next_at);
create index sync_images_claimed on sync_images (claimed_by) where claimed_by is not null;
create index sync_images_content on sync_images (sha256) where sha256 is not null;
create index sync_images_broken on sync_images (url) where state = 'broken';
call lapak_protect('sync_images');
grant select, insert, update, delete on sync_images to lapak_worker;
