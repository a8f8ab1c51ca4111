import JourneyModel
import Testing

@Suite struct BatchSequenceTests {
  @Test func countsAsItsNumberDoes() {
    let third: BatchSequence = 3
    #expect(third + 1 == 4 && third - 2 == 1 && third.distance(to: 7) == 4)
    #expect((third...7).count == 5 && (third...7).contains(7) && !(third...7).contains(8))
    #expect(third < 4 && !(third < 3))
    var sequence = third
    sequence += 2
    #expect(sequence.value == 5)
    // As text and in stored JSON it is the number alone.
    #expect("\(sequence)" == "5")
  }
}
