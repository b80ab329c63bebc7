-- The journal of one plan. Times are RFC 3339 in UTC; ids are GUIDs in lower case; JSON is text.
-- The journal holds no secret: neither a token nor a client secret nor a certificate.

-- The plan as a whole. One row.
CREATE TABLE journal (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  created   TEXT NOT NULL,     -- when the journal was created
  endpoint  TEXT NOT NULL,     -- base URL of the API that the plan is for
  tenant    TEXT,              -- tenant of the calling partner, if it was given
  rows      INTEGER NOT NULL   -- number of rows of the plan
) STRICT;

-- One row for each row of the plan.
CREATE TABLE rows (
  position   INTEGER PRIMARY KEY,  -- place in the plan, from 1
  key        TEXT NOT NULL UNIQUE, -- name of the row
  row        INTEGER NOT NULL,     -- row of the input file as a spreadsheet numbers it, so that the
                                   -- header is row 1; of a plan without a file: the position
  customer   TEXT NOT NULL,        -- tenant id of the customer
  operation  TEXT NOT NULL,        -- create, accept, reject, cancel or withdraw
  change     TEXT NOT NULL,        -- JSON: {"kind": ..., "request": ...}
  reference  TEXT,                 -- the caller's own text; not sent
  carried    TEXT NOT NULL,        -- JSON: [[column, text], ...] of the input's other columns

  -- planned:    not sent, or sent and certainly not applied; will be sent
  -- sending:    may have been sent; the result is not known yet, and is read back
  -- processing: accepted; the service still processes it
  -- settled:    has an outcome
  -- unknown:    cannot be found out; a person must look; never sent again
  state      TEXT NOT NULL DEFAULT 'planned'
             CHECK (state IN ('planned', 'sending', 'processing', 'settled', 'unknown')),
  -- done: as planned; in_part: some subscriptions moved; failed: nothing was changed or moved
  outcome    TEXT CHECK (outcome IN ('done', 'in_part', 'failed')),
  transfer   TEXT,                 -- transfer id; of a create: NULL until it is known
  request_id TEXT,                 -- MS-RequestId of the change, the same for each attempt
  before     TEXT,                 -- JSON: what was read before the change was sent
  status     INTEGER,              -- HTTP status of the service's last answer to the change
  code       TEXT,                 -- the service's error code
  cause      TEXT,                 -- why it failed, or why it is unknown
  remedy     TEXT,                 -- what to do
  answer     TEXT,                 -- body of the service's last answer to the change, as received
  read_back  TEXT,                 -- JSON: the transfer as it was last read after the change
  expires    TEXT,                 -- when the transfer expires, as the service sent it
  sent       TEXT,                 -- start of the first attempt
  changed    TEXT,                 -- last change of the state

  CHECK ((state = 'settled') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX rows_by_state ON rows (state, position);

-- One row for each request that changes something, written before it leaves, and for each read that
-- finds out what happened to one.
CREATE TABLE attempts (
  id         INTEGER PRIMARY KEY,
  position   INTEGER NOT NULL REFERENCES rows (position),
  call       TEXT NOT NULL CHECK (call IN ('change', 'read')),
  request_id TEXT,              -- MS-RequestId of a change
  started    TEXT NOT NULL,
  ended      TEXT,              -- NULL: the process ended before the request did
  status     INTEGER,           -- HTTP status, if there was a response
  result     TEXT               -- one sentence
) STRICT;
CREATE INDEX attempts_by_position ON attempts (position);
