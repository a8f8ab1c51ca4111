import EventLog
import JourneyModel
import Testing
import WireFormat

@Suite struct LanePartitionsTests {
  @Test(arguments: [0, 1, 7, 9_999] as [LaneNumber])
  func aLaneIsThePartitionOfItsNumber(lane: LaneNumber) {
    let partition = TopicPartition("journal", lane: lane)
    #expect(partition == TopicPartition("journal", lane.value) && partition.lane == lane)
    #expect(partition.description == "journal[\(lane)]")
  }

  /// What producers place by its key is where its owner reads.
  @Test func theOwnerOfAKeyReadsItsPartition() {
    for number in 0..<200 {
      let key = Array("customer-\(number)".utf8)
      let lane = Placement.lane(of: key, partitions: 8)
      #expect(lane.partition == Placement.partition(of: key, partitions: 8))
      #expect(LaneNumber.all(of: 8).contains(lane))
    }
  }
}
