"""Acts on a trigger exactly once, however often it is delivered: the action's id and what is done because of it are
one SQLite transaction. In production that is the database in which the effect itself is."""

import datetime
import sqlite3


class Ledger:
    def __init__(self, path: str):
        self.database = sqlite3.connect(path, isolation_level=None, timeout=30)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.execute("CREATE TABLE IF NOT EXISTS acted (action TEXT PRIMARY KEY, flow TEXT, session TEXT, at TEXT)")

    def act(self, event: dict) -> str:
        """`acted`, `repeated`, `late`, or `other` for an event that is no trigger."""
        if event.get("eventType") != "WebActionEvent":
            return "other"
        detail = event["webActionEvent"]
        action = detail["action"]
        if action["state"] != "offered":
            return "other"
        now = datetime.datetime.now(datetime.timezone.utc)
        if now > datetime.datetime.fromisoformat(detail["expiresAt"].replace("Z", "+00:00")):
            return "late"
        self.database.execute("BEGIN IMMEDIATE")
        try:
            new = self.database.execute(
                "INSERT OR IGNORE INTO acted VALUES (?, ?, ?, ?)",
                (action["id"], detail.get("architectFlow", {}).get("id"), event["session"]["id"], now.isoformat()),
            ).rowcount
            # What is to be done goes here, into the same transaction: an order, a row of an outbox.
            self.database.execute("COMMIT")
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        return "acted" if new else "repeated"
