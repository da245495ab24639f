-- The journal of cordboard, form 1. Times are UTC. Values are JSON; secrets are never among them.

-- Who has written here: a console or a verb, from its start to its end.
CREATE TABLE consoles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    operator TEXT NOT NULL,
    host TEXT NOT NULL,
    process INTEGER NOT NULL,
    born TEXT NOT NULL
);

-- A change of one, or of many at once.
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    pbx TEXT NOT NULL,
    client TEXT NOT NULL,
    operator TEXT NOT NULL,
    ticket TEXT,
    undoes INTEGER,
    console INTEGER NOT NULL
);
CREATE INDEX runs_undoing ON runs (undoes) WHERE undoes IS NOT NULL;

-- One write. progress: intended (and sent, where `sent` has a time), sent once more, answered, ended.
-- together: how many one call sent, where it was more than one.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    verb TEXT NOT NULL,
    resource TEXT NOT NULL,
    key TEXT,
    key_kind TEXT,
    label TEXT NOT NULL,
    find TEXT NOT NULL,
    schema TEXT NOT NULL,
    revision TEXT NOT NULL,
    progress TEXT NOT NULL,
    sent TEXT,
    answered TEXT,
    ended TEXT,
    outcome TEXT,
    words TEXT,
    together INTEGER
);
CREATE INDEX entries_of_run ON entries (run);
CREATE INDEX entries_open ON entries (run) WHERE progress <> 'ended';

-- One field of a write. before: as it was; after: as it was sent; now: as it was read back, where that is not the same.
CREATE TABLE changes (
    entry INTEGER NOT NULL REFERENCES entries ON DELETE CASCADE,
    place INTEGER NOT NULL,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT,
    now TEXT,
    verdict TEXT,
    secret INTEGER NOT NULL,
    PRIMARY KEY (entry, place)
) WITHOUT ROWID;

-- What was edited and not sent, without secrets.
CREATE TABLE drafts (
    pbx TEXT NOT NULL,
    operator TEXT NOT NULL,
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    console INTEGER NOT NULL,
    at TEXT NOT NULL,
    draft TEXT NOT NULL,
    PRIMARY KEY (pbx, operator, resource, key, console)
) WITHOUT ROWID;
