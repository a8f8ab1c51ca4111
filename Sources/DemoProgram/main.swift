import Foundation
import Presentation

// The demo alone: what `sojourn demo` plays, without the packages of HTTP, configuration and command lines,
// so that the first card is seen while the rest is still being built.
StandardStreams.open()
let arguments = CommandLine.arguments.dropFirst()
guard arguments.allSatisfy({ $0 == "--fast" }) else {
  let isHelp = arguments.contains("--help") || arguments.contains("-h")
  let text =
    "usage: demo [--fast]    plays seven customer journeys in the terminal; --fast does not wait between the events"
  if isHelp { try? StandardOutput.print(text) } else { StandardError.print(text) }
  exit(isHelp ? 0 : 64)
}
do {
  exit(try await DemoPlay(isFast: !arguments.isEmpty).run() ? 0 : 1)
} catch {
  StandardError.print("demo: \(SystemReason.text(error))")
  exit(1)
}
