public import JourneyModel

/// What a session offers. Its criteria are compared as it offers them.
extension RuleEvaluator: FactVisitor {
  /// A fact of which a session keeps one value: compact JSON, with its digest.
  public func take(
    fact field: EventField, digest: UInt64, value: ByteSlice, of source: borrowing [UInt8]
  ) {
    let root = rules.sessionFieldRoots[Int(field.rawValue)]
    guard root >= 0 else { return }
    // Browsers, devices and places repeat from event to event and from session to session.
    if recall(root, digest, value, of: source) { return }
    compare(root, value, of: source)
    remember(root, digest, value, of: source)
  }

  /// One of several values of a fact: compact JSON.
  public func take(collected field: EventField, value: ByteSlice, of source: borrowing [UInt8]) {
    let root = rules.sessionFieldRoots[Int(field.rawValue)]
    if root >= 0 { compare(root, value, of: source) }
  }

  /// A custom attribute, or one value of a list: `{"dataType":…,"value":…}`.
  public func take(
    attribute name: ByteSlice, value: ByteSlice, isList: Bool, of source: borrowing [UInt8]
  ) {
    let number =
      isList ? rules.sessionLists.value(name, of: source) : rules.sessionAttributes.value(name, of: source)
    guard number >= 0 else { return }
    let root = isList ? rules.sessionListRoots[Int(number)] : rules.sessionAttributeRoots[Int(number)]
    compare(root, value, of: source)
  }

  /// A number that the session counts.
  public func take(count: FactKey.SessionCount, _ value: Int) {
    for entry in rules.sessionCountRoots where entry.count == count {
      let text = Array(String(value).utf8)
      comparePlain(entry.root, ByteSlice(offset: 0, length: text.count), of: text)
    }
  }

  /// A text of the session's identity, plain.
  public func take(text: FactKey.SessionText, value: ByteSlice, of source: borrowing [UInt8]) {
    for entry in rules.sessionTextRoots where entry.text == text {
      comparePlain(entry.root, value, of: source)
    }
  }

  private func comparePlain(_ root: Int32, _ value: ByteSlice, of source: borrowing [UInt8]) {
    for key in rules.roots[Int(root)].keys {
      compare(key: key, MemberTree.Leaf(key: key, slice: value, isEscaped: false), of: source)
    }
  }

  private func compare(_ root: Int32, _ value: ByteSlice, of source: borrowing [UInt8]) {
    leaves.truncate()
    tree.walk(value, of: source, from: rules.roots[Int(root)].node, to: &leaves)
    for index in leaves.indices { compare(key: leaves[index].key, leaves[index], of: source) }
  }

  private func compare(key: Int32, _ leaf: MemberTree.Leaf, of source: borrowing [UInt8]) {
    let compiled = rules.keys[Int(key)]
    present[Int(key)] = stamp
    guard leaf.isEscaped || compiled.isFolded else {
      for criterion in compiled.criteria where holding[Int(criterion)] != stamp {
        if rules.matches(rules.criteria[Int(criterion)], leaf.slice, of: source) { hold(criterion) }
      }
      return
    }
    var text = leaf.slice
    if leaf.isEscaped {
      let start = scratch.count
      JSONUnescaping.append(leaf.slice, of: source, to: &scratch)
      text = ByteSlice(offset: start, length: scratch.count - start)
    }
    var folded = text
    if compiled.isFolded {
      let start = scratch.count
      if leaf.isEscaped {
        let copy = scratch
        rules.caseFolding.append(text, of: copy, to: &scratch)
      } else {
        rules.caseFolding.append(text, of: source, to: &scratch)
      }
      folded = ByteSlice(offset: start, length: scratch.count - start)
    }
    for index in compiled.criteria where holding[Int(index)] != stamp {
      let criterion = rules.criteria[Int(index)]
      let holds =
        if criterion.ignoresCase {
          rules.matches(criterion, folded, of: scratch)
        } else if leaf.isEscaped {
          rules.matches(criterion, text, of: scratch)
        } else {
          rules.matches(criterion, text, of: source)
        }
      if holds { hold(index) }
    }
  }

  func hold(_ index: Int32) {
    guard holding[Int(index)] != stamp else { return }
    holding[Int(index)] = stamp
    let criterion = rules.criteria[Int(index)]
    if !criterion.isNegative, !criterion.rules.isEmpty { pivots.append(index) }
  }
}
