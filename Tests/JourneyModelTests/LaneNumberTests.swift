import JourneyModel
import Testing

@Suite struct LaneNumberTests {
  /// Logs, headers, labels and files' names show it so.
  @Test func aLaneIsShownAsItsNumber() {
    #expect("\(LaneNumber(0))" == "0" && LaneNumber(12).description == "12")
  }

  @Test(arguments: [0, 1, 2, 64])
  func allLanesComeOnceAndInOrder(count: Int) {
    let all = Array(LaneNumber.all(of: count))
    #expect(all.map(\.index) == Array(0..<count))
    #expect(all == all.sorted() && Set(all).count == count)
    #expect(all == Array(LaneNumber.all(of: Int32(count))))
  }

  @Test(arguments: [(-1, false), (0, true), (3, true), (4, false)] as [(LaneNumber, Bool)])
  func aLaneIsOneOfTheFirst(lane: LaneNumber, isOne: Bool) {
    #expect(LaneNumber.all(of: 4).contains(lane) == isOne)
  }
}
