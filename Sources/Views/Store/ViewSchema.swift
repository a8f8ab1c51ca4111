internal import GRDB

/// The tables of a view's file.
enum ViewSchema {
  /// `SJVW`, in SQLite's header: marks our files.
  static let applicationID: Int64 = 0x534a_5657
  /// The version that this build writes. A file of another version is made anew: all of it can be.
  static let version: Int64 = 4

  /// Creates the tables in an empty file.
  static func create(_ database: Database) throws {
    try database.execute(sql: tables)
    try database.execute(sql: "PRAGMA application_id = \(applicationID)")
    try database.execute(sql: "PRAGMA user_version = \(version)")
  }

  /// `session.number` is the row in `search`, in the order of lists (`SessionNumber`).
  /// `contactId` is the contact that the snapshot names; `contact_device` finds the sessions that were
  /// forgotten before it was known. `gone` keeps out what rules gave of a session before it was removed: it
  /// lies in other topics and may be read later than the removal; `gone_event` does the same for events, of
  /// which those are `isGone` that were in a session that was removed: a second one with the same id is none.
  /// `input` is how far the input topics are behind what is here, by the journal. `session.names` is a digest
  /// of the columns that hardly ever change.
  private static let tables = """
    CREATE TABLE fact (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
    CREATE TABLE position (
      topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session (
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lane INTEGER NOT NULL, written INTEGER NOT NULL,
      type TEXT NOT NULL, idType TEXT NOT NULL, customerId TEXT NOT NULL, externalId TEXT,
      conversationId TEXT, contactId TEXT, created INTEGER NOT NULL, ended INTEGER, last INTEGER NOT NULL,
      revision INTEGER NOT NULL, contactRevision INTEGER NOT NULL, mergedInto TEXT, divisions TEXT NOT NULL,
      eventKey INTEGER NOT NULL, names INTEGER NOT NULL, marks INTEGER NOT NULL, texts INTEGER NOT NULL,
      snapshot BLOB NOT NULL
    ) STRICT;
    CREATE INDEX session_customer ON session (idType, customerId, created, id) WHERE mergedInto IS NULL;
    CREATE INDEX session_created ON session (created, id) WHERE mergedInto IS NULL;
    CREATE INDEX session_open ON session (created, id) WHERE mergedInto IS NULL AND ended IS NULL;
    CREATE INDEX session_type ON session (type, created, id) WHERE mergedInto IS NULL;
    CREATE INDEX session_conversation ON session (conversationId) WHERE conversationId IS NOT NULL;
    CREATE INDEX session_contact ON session (contactId) WHERE contactId IS NOT NULL;
    CREATE INDEX session_event_key ON session (eventKey);
    CREATE INDEX session_written ON session (written) WHERE ended IS NOT NULL;
    CREATE TABLE mark (
      session INTEGER NOT NULL, kind INTEGER NOT NULL, value TEXT NOT NULL, created INTEGER NOT NULL,
      PRIMARY KEY (session, kind, value)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mark_value ON mark (kind, value, created);
    CREATE VIRTUAL TABLE search USING fts5(ids, events, attributes, tokenize = 'trigram');
    CREATE TABLE derived (
      topic TEXT NOT NULL, lane INTEGER NOT NULL, offset INTEGER NOT NULL, written INTEGER NOT NULL,
      id TEXT NOT NULL, session TEXT NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL, definition TEXT,
      state TEXT, json BLOB NOT NULL, PRIMARY KEY (topic, lane, offset)
    ) STRICT;
    CREATE INDEX derived_session ON derived (session, time);
    CREATE INDEX derived_written ON derived (written);
    CREATE TABLE contact (
      id TEXT PRIMARY KEY, written INTEGER NOT NULL, revision INTEGER NOT NULL, mergedTo TEXT,
      mergeSet TEXT NOT NULL, json BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE contact_device (
      contact TEXT NOT NULL, idType TEXT NOT NULL, value TEXT NOT NULL, start INTEGER NOT NULL,
      stop INTEGER NOT NULL, PRIMARY KEY (contact, idType, value, start, stop)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE gone (id TEXT PRIMARY KEY, written INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
      number INTEGER PRIMARY KEY, eventKey INTEGER NOT NULL, id INTEGER NOT NULL, time INTEGER NOT NULL,
      written INTEGER NOT NULL, stream TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL,
      offset INTEGER NOT NULL, isGone INTEGER NOT NULL, attributes BLOB, omitted INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX event_key ON event (eventKey, id);
    CREATE INDEX event_id ON event (id);
    CREATE INDEX event_written ON event (written);
    CREATE TABLE gone_event (
      eventKey INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, written INTEGER NOT NULL,
      PRIMARY KEY (eventKey, start, stop)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rejected (
      lane INTEGER NOT NULL, offset INTEGER NOT NULL, written INTEGER NOT NULL, reason TEXT NOT NULL,
      explanation TEXT NOT NULL, topic TEXT NOT NULL, originPartition INTEGER NOT NULL,
      originOffset INTEGER NOT NULL, head BLOB NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (lane, offset)
    ) STRICT;
    CREATE INDEX rejected_written ON rejected (written);
    CREATE TABLE lane (
      lane INTEGER PRIMARY KEY, offset INTEGER NOT NULL, sequence INTEGER NOT NULL, takenAt INTEGER NOT NULL,
      journal BLOB NOT NULL
    ) STRICT;
    CREATE TABLE input (
      topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE definition (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    """
}
