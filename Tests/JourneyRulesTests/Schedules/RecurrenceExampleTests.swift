import JourneyModel
import JourneyRules
import Testing

/// The examples of RFC 5545, section 3.8.5.3, that the supported part covers, and some of our own.
@Suite struct RecurrenceExampleTests {
  /// The dates, among so many days from the first on, at which an hour from 09:00 on begins.
  private func dates(_ first: String, _ rule: String, days: Int64) throws -> [String] {
    let schedule = try ScheduleScene.schedule("s", first + "T09:00", first + "T10:00", rule)
    let compiled = ScheduleScene.open(schedule)
    return (0..<days).compactMap { day in
      let time = EventTime(milliseconds: schedule.start.milliseconds + day * 86_400_000)
      return compiled.isOpen(time.milliseconds) ? String(time.iso8601.prefix(10)) : nil
    }
  }

  @Test(
    arguments: [
      ("1997-09-02", "FREQ=DAILY;COUNT=3", 30, "1997-09-02 1997-09-03 1997-09-04"),
      (
        "1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", 99,
        "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"
      ),
      (
        "1998-01-01", "FREQ=DAILY;BYMONTH=1;BYDAY=MO,SU", 380,
        """
        1998-01-01 1998-01-04 1998-01-05 1998-01-11 1998-01-12 1998-01-18 1998-01-19 1998-01-25 1998-01-26 \
        1999-01-03 1999-01-04 1999-01-10 1999-01-11
        """
      ),
      (
        "1997-09-01", "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=MO;BYDAY=MO,WE,FR", 365,
        """
        1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29 1997-10-01 1997-10-03 \
        1997-10-13 1997-10-15 1997-10-17 1997-10-27 1997-10-29 1997-10-31 1997-11-10 1997-11-12 1997-11-14 \
        1997-11-24 1997-11-26 1997-11-28 1997-12-08 1997-12-10 1997-12-12 1997-12-22
        """
      ),
      (
        "1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", 60,
        "1997-08-05 1997-08-10 1997-08-19 1997-08-24"
      ),
      (
        "1997-09-05", "FREQ=MONTHLY;COUNT=10;BYDAY=1FR", 500,
        """
        1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 1998-05-01 1998-06-05
        """
      ),
      (
        "1997-09-07", "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", 500,
        """
        1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 1998-05-03 1998-05-31
        """
      ),
      (
        "1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", 300,
        "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16"
      ),
      (
        "1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", 160,
        "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26"
      ),
      (
        "1997-09-30", "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", 300,
        """
        1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 1998-01-31 1998-02-01
        """
      ),
      (
        "1997-09-10", "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", 900,
        """
        1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 1999-03-12 1999-03-13
        """
      ),
      (
        "1997-09-02", "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", 140,
        """
        1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 1997-11-25 \
        1998-01-06 1998-01-13
        """
      ),
      (
        "1998-02-13", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", 975,
        "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13"
      ),
      (
        "2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", 300,
        "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"
      ),
      (
        "1997-06-10", "FREQ=YEARLY;COUNT=5;BYMONTH=6,7", 3_000,
        "1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10"
      ),
      (
        "1997-03-10", "FREQ=YEARLY;INTERVAL=2;COUNT=5;BYMONTH=1,2,3", 3_000,
        "1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10"
      ),
      (
        "1997-03-13", "FREQ=YEARLY;BYMONTH=3;BYDAY=TH", 384,
        "1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26"
      ),
      (
        "1996-11-05", "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", 3_000,
        "1996-11-05 2000-11-07 2004-11-02"
      ),
      // Days that do not exist: the 31st, February 29, a fifth Monday.
      ("2026-01-31", "FREQ=MONTHLY", 220, "2026-01-31 2026-03-31 2026-05-31 2026-07-31 2026-08-31"),
      ("2096-02-29", "FREQ=YEARLY", 4_000, "2096-02-29 2104-02-29"),
      ("2026-03-30", "FREQ=MONTHLY;BYDAY=5MO", 190, "2026-03-30 2026-06-29 2026-08-31"),
      // A start that the rule would not have is the first of the periods, and counts.
      ("2026-01-07", "FREQ=WEEKLY;BYDAY=MO;COUNT=3", 90, "2026-01-07 2026-01-12 2026-01-19"),
      ("2026-01-07", "FREQ=WEEKLY;BYDAY=MO;COUNT=1", 90, "2026-01-07"),
      // UNTIL: the day alone includes it, a moment before the begin does not; before the start there is
      // nothing left.
      ("2026-01-05", "FREQ=DAILY;UNTIL=20260107", 90, "2026-01-05 2026-01-06 2026-01-07"),
      ("2026-01-05", "FREQ=DAILY;UNTIL=20260107T090000", 90, "2026-01-05 2026-01-06 2026-01-07"),
      ("2026-01-05", "FREQ=DAILY;UNTIL=20260107T085959", 90, "2026-01-05 2026-01-06"),
      ("2026-01-05", "FREQ=DAILY;UNTIL=20260104", 90, ""),
      // Ours: without BYMONTH, a yearly rule stays in the month of its start.
      (
        "2026-12-25", "FREQ=YEARLY;BYMONTHDAY=25,26", 740,
        "2026-12-25 2026-12-26 2027-12-25 2027-12-26 2028-12-25 2028-12-26"
      ),
      // Rules that never hold: the start remains.
      ("2026-01-05", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", 4_000, "2026-01-05"),
      ("2026-01-05", "FREQ=DAILY;INTERVAL=7;BYDAY=TU", 4_000, "2026-01-05"),
      ("2026-01-05", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=1MO", 4_000, "2026-01-05"),
    ] as [(String, String, Int64, String)])
  func example(first: String, rule: String, days: Int64, expected: String) throws {
    #expect(try dates(first, rule, days: days).joined(separator: " ") == expected)
  }
}
