/** Never edited once released: a change is a new migration. Booleans are 0 and 1, instants ms, lists JSON. */
export const FIRST = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE setting(kind TEXT, key TEXT, value TEXT, PRIMARY KEY(kind, key)) WITHOUT ROWID;

CREATE TABLE token(token TEXT PRIMARY KEY, app_id TEXT, expires_at INTEGER) WITHOUT ROWID;
CREATE INDEX token_app ON token(app_id, expires_at);

CREATE TABLE robot_revision(id INTEGER PRIMARY KEY, robot_id TEXT, hash TEXT, body TEXT);

CREATE TABLE task(
  id INTEGER PRIMARY KEY, business_id TEXT, app_id TEXT, type INTEGER, name TEXT, robot_id TEXT, line_nums TEXT,
  voice_code TEXT, recall_count INTEGER, time_recall_wait INTEGER, time_range TEXT, time_begin INTEGER,
  time_end INTEGER, turbo INTEGER, created_at INTEGER, status INTEGER, deleted INTEGER, started_at INTEGER,
  finished_at INTEGER, recalled INTEGER, live_count INTEGER, row_count INTEGER, dial_count INTEGER, called_count INTEGER,
  answered_count INTEGER, recall_at INTEGER
);
CREATE INDEX task_created ON task(business_id, created_at, id);

-- Rows as they were submitted; id is the id of the first row, the others follow it.
CREATE TABLE submission(
  id INTEGER PRIMARY KEY, task_id INTEGER, line_num TEXT, first_index INTEGER, count INTEGER, robot_id TEXT,
  voice_code TEXT, speed REAL, columns TEXT, rows TEXT
);
CREATE INDEX submission_lane ON submission(task_id, line_num, first_index);

-- How far a queue of rows is dialled; line_num is '' for a task of type 0.
CREATE TABLE lane(
  task_id INTEGER, line_num TEXT, cursor INTEGER, last_index INTEGER, PRIMARY KEY(task_id, line_num)
) WITHOUT ROWID;

-- What became of a row at its last call.
CREATE TABLE row_result(
  task_id INTEGER, row_index INTEGER, tries INTEGER, answered INTEGER, result INTEGER, call_id INTEGER,
  PRIMARY KEY(task_id, row_index)
) WITHOUT ROWID;

CREATE TABLE call(
  id INTEGER PRIMARY KEY, chance INTEGER, uuid TEXT, direction INTEGER, business_id TEXT, app_id TEXT,
  robot_id TEXT, revision INTEGER, line_num TEXT, caller TEXT, callee TEXT, task_id INTEGER, row_id INTEGER,
  row_index INTEGER, tries INTEGER, relation_id TEXT, turbo INTEGER, speed REAL, state INTEGER, dial_at INTEGER,
  ring_at INTEGER, answer_at INTEGER, hangup_at INTEGER, next TEXT, due_at INTEGER, result INTEGER, script TEXT,
  push_behaviour TEXT, outside TEXT
);

CREATE TABLE address(id INTEGER PRIMARY KEY, kind TEXT, url TEXT, UNIQUE(kind, url));

-- Effects owed to the world outside. destination is 0 where there is no url.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, kind TEXT, business_id TEXT, call_id INTEGER, module TEXT, variant TEXT, address INTEGER,
  destination INTEGER, state INTEGER, due_at INTEGER, tries INTEGER, created_at INTEGER, failed_at INTEGER,
  file_id INTEGER, fails INTEGER, sha TEXT
);
CREATE INDEX outbox_due ON outbox(destination, due_at, id) WHERE state = 0;
CREATE INDEX outbox_unfiled ON outbox(business_id, failed_at) WHERE state = 2 AND file_id IS NULL;
CREATE INDEX outbox_filed ON outbox(file_id, id) WHERE file_id IS NOT NULL;

CREATE TABLE attempt(
  outbox_id INTEGER, number INTEGER, at INTEGER, took_ms INTEGER, status INTEGER, answer TEXT, error TEXT,
  PRIMARY KEY(outbox_id, number)
) WITHOUT ROWID;

CREATE TABLE push_file(
  id INTEGER PRIMARY KEY, business_id TEXT, day TEXT, path TEXT, ready INTEGER, lines INTEGER
);
CREATE INDEX push_file_day ON push_file(business_id, day);

CREATE TABLE rule(id INTEGER PRIMARY KEY, body TEXT, times_left INTEGER);
CREATE TABLE fault(id INTEGER PRIMARY KEY, body TEXT, times_left INTEGER, taken INTEGER);
`;
