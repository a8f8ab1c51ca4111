internal import Foundation
package import JourneyModel

/// What the operating system knows of this process.
package struct ProcessFacts: Sendable, Hashable {
  /// When it started.
  package var started: EventTime
  /// Memory in use, in bytes; `nil` where the system does not say.
  package var residentBytes: Int?
  /// Processor time used, in seconds; `nil` where the system does not say.
  package var cpuSeconds: Double?

  /// Creates facts.
  package init(started: EventTime, residentBytes: Int?, cpuSeconds: Double?) {
    self.started = started
    self.residentBytes = residentBytes
    self.cpuSeconds = cpuSeconds
  }

  /// Asks the system.
  package static func current(started: EventTime) -> ProcessFacts {
    var usage = rusage()
    #if os(Linux)
      let succeeded = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0
    #else
      let succeeded = getrusage(RUSAGE_SELF, &usage) == 0
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return ProcessFacts(
      started: started, residentBytes: residentBytes(),
      cpuSeconds: succeeded ? seconds(usage.ru_utime) + seconds(usage.ru_stime) : nil)
  }

  /// Linux gives sizes in pages: in all, resident, shared…
  private static func residentBytes() -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }
}

extension ProcessFacts {
  /// What every Prometheus client gives under these names, so that common dashboards find it.
  package func families(_ page: inout MetricsText) {
    page.family("process_start_time_seconds", .gauge, "Start of the process since 1970-01-01T00:00:00Z.")
    page.sample(Double(started.milliseconds) / 1_000)
    page.family("process_resident_memory_bytes", .gauge, "Memory in use.")
    if let bytes = residentBytes { page.sample(bytes) }
    page.family("process_cpu_seconds_total", .counter, "Processor time used.")
    if let seconds = cpuSeconds { page.sample(seconds) }
  }
}
