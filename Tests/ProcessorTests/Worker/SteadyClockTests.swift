import JourneyModel
import Synchronization
import Testing

@testable import Processor

/// A clock that somebody sets: what counts as now, and up to when timers go.
@Suite struct SteadyClockTests {
  /// Two clocks that a test moves, and what was told of jumps.
  private final class Machine: WallClock {
    private struct Times {
      var wall: Int64 = 1_000_000_000
      var uptime: Int64 = 50_000
      var jumps: [SteadyClock.Jump] = []
    }

    private let times = Mutex(Times())

    var now: EventTime { EventTime(milliseconds: times.withLock { $0.wall }) }
    var uptime: Duration { .milliseconds(times.withLock { $0.uptime }) }
    var jumps: [SteadyClock.Jump] { times.withLock { $0.jumps } }

    func pass(_ milliseconds: Int64) {
      times.withLock { times in
        times.wall += milliseconds
        times.uptime += milliseconds
      }
    }

    func set(by milliseconds: Int64) { times.withLock { $0.wall += milliseconds } }
    func note(_ jump: SteadyClock.Jump) { times.withLock { $0.jumps.append(jump) } }
  }

  private let machine = Machine()
  private let clock: SteadyClock

  init() {
    let machine = machine
    clock = SteadyClock(machine, uptime: { machine.uptime }, report: { machine.note($0) })
  }

  private var times: [Int64] { [clock.settled.milliseconds, clock.now.milliseconds] }

  @Test func withoutAJumpItIsTheMachines() {
    for _ in 0..<20 {
      machine.pass(12_345)
      #expect(times == [machine.now.milliseconds, machine.now.milliseconds])
    }
    #expect(machine.jumps.isEmpty)
  }

  @Test(arguments: [-1_001, -1_000, 1_000, 1_001] as [Int64]) func smallStepsAreTaken(_ step: Int64) {
    machine.set(by: step)
    let now = machine.now.milliseconds
    if abs(step) <= 1_000 {
      #expect(times == [now, now])
    } else {
      #expect(times == [min(now, now - step), max(now, now - step)])
      #expect(machine.jumps == [.init(milliseconds: step, isAccepted: false)])
    }
  }

  @Test(arguments: [-8, 8, 400, -400] as [Int64]) func aMinuteOfAWrongClockMovesNoTimer(days: Int64) {
    let jump = days * 86_400_000
    machine.set(by: jump)
    for _ in 0..<60 {
      machine.pass(1_000)
      let right = machine.now.milliseconds - jump
      #expect(clock.settled.milliseconds <= right)
      #expect(clock.now.milliseconds >= right)
      if jump > 0 { #expect(clock.settled.milliseconds == right) }
    }
    machine.set(by: -jump)
    machine.pass(10)
    #expect(times == [machine.now.milliseconds, machine.now.milliseconds])
    #expect(machine.jumps == [.init(milliseconds: jump, isAccepted: false)])
  }

  @Test(arguments: [-1, 0, 1] as [Int64]) func whatLastsCounts(_ offset: Int64) {
    let jump: Int64 = 3_600_000
    machine.set(by: jump)
    #expect(times[0] == machine.now.milliseconds - jump)
    machine.pass(300_000 + offset)
    let isAccepted = offset >= 0
    #expect(times[0] == machine.now.milliseconds - (isAccepted ? 0 : jump))
    #expect(machine.jumps.contains(.init(milliseconds: jump, isAccepted: true)) == isAccepted)
  }

  @Test func aSecondJumpIsDoubtedAnew() {
    machine.set(by: 3_600_000)
    machine.pass(200_000)
    #expect(times[0] == machine.now.milliseconds - 3_600_000)
    machine.set(by: 3_600_000)
    machine.pass(200_000)
    #expect(times[0] == machine.now.milliseconds - 7_200_000)
    machine.pass(300_000)
    #expect(times[0] == machine.now.milliseconds)
  }
}
