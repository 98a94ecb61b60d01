-- The workspace: connections, triage, audit trail, replay journal. Valid for SQLite and PostgreSQL once the
-- loader has replaced its three words (docs/decisions/workspace-schema.md):
--   %BLOB%       BLOB / BYTEA
--   %KEY%        INTEGER / BIGINT, for a single-column 64-bit key (SQLite then needs no second index)
--   %CLUSTERED%  WITHOUT ROWID / nothing, for small rows found by a composite key
-- Times are BIGINT milliseconds since 1970-01-01 UTC. Lists are JSON arrays of strings.

CREATE TABLE connection (
    id                TEXT NOT NULL PRIMARY KEY,
    name              TEXT NOT NULL UNIQUE,
    technology        TEXT NOT NULL,
    environment       TEXT NOT NULL,
    host              TEXT NOT NULL,
    port              INTEGER NOT NULL,
    virtual_host      TEXT NOT NULL,
    user_name         TEXT NOT NULL,
    tls_enabled       INTEGER NOT NULL,
    tls_ca_file       TEXT NOT NULL,
    tls_certificate   TEXT NOT NULL,
    tls_key_file      TEXT NOT NULL,
    tls_server_name   TEXT NOT NULL,
    tls_verify        INTEGER NOT NULL,
    management_url    TEXT NOT NULL,
    heartbeat_seconds INTEGER NOT NULL
);

CREATE TABLE elevation (
    connection_id TEXT NOT NULL PRIMARY KEY,
    actor         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    until_ms      BIGINT NOT NULL
);

CREATE TABLE queue_pin (
    connection_id TEXT NOT NULL,
    space         TEXT NOT NULL,
    name          TEXT NOT NULL,
    pinned        INTEGER NOT NULL,
    PRIMARY KEY (connection_id, space, name)
);

CREATE TABLE group_note (
    signature  %BLOB% NOT NULL PRIMARY KEY,
    state      TEXT NOT NULL,
    owner      TEXT NOT NULL,
    note       TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);

CREATE TABLE saved_filter (
    name       TEXT NOT NULL PRIMARY KEY,
    where_text TEXT NOT NULL
);

-- Append-only: each hash covers the previous one, and audit_head keeps count and last hash, so that a cut tail is
-- seen. SQLite also gets triggers (0001_workspace.sqlite.sql).
CREATE TABLE audit_record (
    number     %KEY% NOT NULL PRIMARY KEY,
    at_ms      BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    connection TEXT NOT NULL,
    subject    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    outcome    TEXT NOT NULL,
    detail     TEXT NOT NULL,
    hash       %BLOB% NOT NULL
);

CREATE TABLE audit_head (
    one     INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    records BIGINT NOT NULL,
    hash    %BLOB% NOT NULL
);

-- Words, not numbers, for everything a person may read in here; the hot item table alone uses numbers.
CREATE TABLE replay_run (
    run_no            %KEY% NOT NULL PRIMARY KEY,
    id                TEXT NOT NULL UNIQUE,
    kind              TEXT NOT NULL,
    state             TEXT NOT NULL,
    actor             TEXT NOT NULL,
    reason            TEXT NOT NULL,
    created_ms        BIGINT NOT NULL,
    ended_ms          BIGINT,
    end_reason        TEXT NOT NULL,
    source_connection TEXT NOT NULL,
    source_space      TEXT NOT NULL,
    source_name       TEXT NOT NULL,
    connection_name   TEXT NOT NULL,
    destination       TEXT NOT NULL,
    options           TEXT NOT NULL,
    source_is_stream  INTEGER NOT NULL,
    parent_run        TEXT NOT NULL
);

-- item_key everywhere: run_no * 4294967296 + number, so that the items of a run lie side by side and a step of
-- the job is one range.
CREATE TABLE replay_item (
    item_key    %KEY% NOT NULL PRIMARY KEY,
    state       INTEGER NOT NULL,
    changed_ms  BIGINT NOT NULL,
    has_copy    INTEGER NOT NULL,
    fingerprint %BLOB% NOT NULL,
    occurrence  INTEGER NOT NULL,
    snapshot_id BIGINT NOT NULL,
    position    BIGINT NOT NULL,
    refusal     TEXT,
    route_no    BIGINT,
    reason      TEXT
);

-- Where items go and what changes in them; few distinct ones per run.
CREATE TABLE replay_route (
    route_no        %KEY% NOT NULL PRIMARY KEY,
    exchange        %BLOB% NOT NULL,
    routing_key     %BLOB% NOT NULL,
    receivers       TEXT NOT NULL,
    receivers_known INTEGER NOT NULL,
    changes         TEXT NOT NULL,
    note            TEXT NOT NULL
);

-- Items per state, kept in the transaction that changes them: a million items are counted by reading ten rows.
CREATE TABLE replay_count (
    run_no BIGINT NOT NULL,
    state  INTEGER NOT NULL,
    items  BIGINT NOT NULL,
    PRIMARY KEY (run_no, state)
) %CLUSTERED%;

-- Planned messages by content: what was replayed before, what an open run claims. Written when a run is planned,
-- never while it works.
CREATE TABLE replay_identity (
    fingerprint %BLOB% NOT NULL,
    item_key    BIGINT NOT NULL,
    PRIMARY KEY (fingerprint, item_key)
) %CLUSTERED%;

-- Byte-exact messages: as they were in the queue, and as a person edited them.
CREATE TABLE replay_copy (
    item_key      %KEY% NOT NULL PRIMARY KEY,
    exchange      %BLOB% NOT NULL,
    routing_key   %BLOB% NOT NULL,
    redelivered   INTEGER NOT NULL,
    body_complete INTEGER NOT NULL,
    body_size     BIGINT NOT NULL,
    properties    %BLOB% NOT NULL,
    body          %BLOB% NOT NULL
);

CREATE TABLE replay_edited (
    item_key      %KEY% NOT NULL PRIMARY KEY,
    exchange      %BLOB% NOT NULL,
    routing_key   %BLOB% NOT NULL,
    redelivered   INTEGER NOT NULL,
    body_complete INTEGER NOT NULL,
    body_size     BIGINT NOT NULL,
    properties    %BLOB% NOT NULL,
    body          %BLOB% NOT NULL
);

-- Which item of a restore run carries a saved copy: each copy is restored once.
CREATE TABLE replay_restore (
    copy_key %KEY% NOT NULL PRIMARY KEY,
    item_key BIGINT NOT NULL
);
