import ArgumentParser
import EventLog
import Foundation
internal import LaneStorage
import LocalStore
import LogTools
import Presentation
internal import ProcessRuntime
import Processor
import Threads
internal import WireFormat

/// `sojourn recover`.
struct RecoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Makes lanes start again whose journal, values and offsets do not fit together.",
    discussion: """
      For logs of which something is gone that a restart needs: a journal that an older version's retention took, a topic that was \
      lost or made anew, offsets set by hand. Says for each such lane why it does not start, how many sessions are kept and what is \
      not. With --apply it commits, for each lane at once, a journal record that says so and the positions from which 'run' goes on. \
      Nothing is removed. 'docs/recovery.md' says when to use it.

      Stop 'run' first: --apply needs all lanes.

      Exit codes: 0 nothing to recover, or all of it is recovered; 1 there is something to recover and --apply was not given, or it \
      failed; 2 wrong argument or configuration.
      """)

  @Flag(name: .long, help: "Recover; without it nothing is written.")
  var apply = false

  @OptionGroup var common: CommonOptions

  func run() async throws {
    try await reporting {
      let settings = try common.settings()
      let source = try await common.existingTopic(settings.processor.lanes.topics.journal, settings)
      var local = LocalStorage()
      let files = settings.localDirectory + "/lanes-" + settings.processor.instance
      if FileManager.default.fileExists(atPath: files) {
        local.laneFiles = try LaneDirectory(files, group: settings.processor.lanes.group)
      }
      let recovery = RecoveryRun(settings: settings.processor, log: source.log, local: local)
      let isApplied = apply
      if isApplied {
        StandardError.print(
          "recover: waits for all lanes of group '\(settings.processor.lanes.group)', 60 s at most")
      }
      let plans = try await onOwnThread {
        isApplied ? try recovery.run(clock: SystemClock()) : try recovery.plan()
      }
      if plans.isEmpty {
        try StandardOutput.print("every lane starts as it is: nothing to recover")
        return
      }
      for plan in plans { try RecoverCommand.print(plan, isApplied: isApplied) }
      if isApplied {
        try StandardOutput.print("recovered \(plans.count) lanes: 'sojourn run' goes on")
      } else {
        try StandardOutput.print("\(plans.count) lanes would be recovered by --apply; nothing was written")
        throw ExitCode(1)
      }
    }
  }

  private static func print(_ plan: LaneRecovery.Plan, isApplied: Bool) throws {
    let source =
      switch plan.source {
      case .file: "its local file, which ends where the group is"
      case .log: "the log"
      }
    try StandardOutput.print("lane \(plan.lane): \(plan.reason)")
    try StandardOutput.print(
      "  kept: \(plan.sessions) \(plan.sessions == 1 ? "session" : "sessions"), from \(source)")
    for loss in plan.losses { try StandardOutput.print("  lost: \(loss)") }
    if plan.losses.isEmpty { try StandardOutput.print("  lost: nothing") }
  }
}
