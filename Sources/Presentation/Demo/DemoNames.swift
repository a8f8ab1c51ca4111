/// Ids that the scenes use in place of names, as real feeds do, and the names that the configuration gives
/// them.
enum DemoNames {
  static let support = "fb3aa2b2-33e1-59c5-9602-fe9cd08c6668"
  static let sales = "0c44b3a5-5c1e-5b0e-9a53-6a4a0b8f7a11"
  static let dana = "5f6d6fc0-e6aa-5365-a4a0-98d6fa3af190"
  static let robin = "8a1d4c77-3b52-5d0f-b0a7-2c9d5e6f1a20"
  static let passedOn = "1f0e6b52-7c64-5f7b-9f0e-3b8a2d4c5e61"
  static let solved = "d2b7a9f0-4c1e-5a83-8d6f-7e5c4b3a2910"
  static let complaint = "cfc58d6b-b56f-5ee2-80fe-175ab06e4e67"

  static let all = [
    support: "Support", sales: "Sales", dana: "Dana Example", robin: "Robin Example", complaint: "Complaint",
    passedOn: "Passed on", solved: "Solved",
  ]
}
