import Foundation
import SeededGenerator
import Testing

@testable import Gateway

/// What is sent of a file has the same pieces as what is written.
@Suite struct ReductionTests {
  private func script(_ text: String) -> String {
    String(decoding: Reduction.script(Array(text.utf8)), as: UTF8.self)
  }

  private func sheet(_ text: String) -> String {
    String(decoding: Reduction.sheet(Array(text.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("const a = 1; // one\nlet b = a + 2;\n", "const a=1;let b=a+2;"),
    ("/* a */ f( /* b */ 1, 2 )", "f(1,2)"),
    ("a()\nb()", "a()\nb()"), ("a() /*\n*/ b()", "a()\nb()"), ("return\n1", "return\n1"),
    ("x\n  .y()\n  ?.z", "x.y()?.z"), ("a\n++b", "a\n++b"), ("a = b\n+ c", "a=b\n+c"),
    ("const f = () => {\n  g();\n}\nh();", "const f=()=>{g();}\nh();"),
    ("a + +b - -c + ++d", "a+ +b- -c+ ++d"), ("1 .toFixed() + 1.5e-3 + .5", "1 .toFixed()+1.5e-3+.5"),
    ("a ? .5 : b?.c ?? d", "a? .5:b?.c??d"), ("0x1e + 2", "0x1e+2"),
    ("'a // b' + \"/* c */\" + '\\'  x'", "'a // b'+\"/* c */\"+'\\'  x'"),
    ("`  ${ a + `${ '}' }` }  // x`", "`  ${ a + `${ '}' }` }  // x`"),
    ("x = / [/ ] \\/ /g ; y", "x=/ [/ ] \\/ /g;y"), ("a / b / c", "a/b/c"), ("(a) / b / c", "(a)/b/c"),
    ("if (a) / b /.test(c)", "if(a)/ b /.test(c)"), ("return / b /", "return/ b /"),
    ("a / / b /", "a/ / b /"),
    ("/ b / in c", "/ b / in c"), ("'a' in b of c", "'a'in b of c"), ("é ü", "é ü"), ("", ""),
  ])
  func whiteSpaceAndCommentsGo(written: String, sent: String) {
    #expect(script(written) == sent)
  }

  /// What has no end, and what could be read in two ways, is sent as it is written.
  @Test(arguments: [
    "a  'b", "a  `b", "a  `${ b", "a  /* b", "a = / b", "{ }  / b / c", "a  'b\nc'",
    String(repeating: "`${", count: 200_000),
  ])
  func whatCannotBeToldApartStays(text: String) {
    #expect(script(text) == text)
  }

  /// Templates within templates are read to a depth.
  @Test(arguments: [(-1, true), (0, true), (1, false)])
  func templatesHaveADepth(beyond: Int, isRead: Bool) {
    let depth = ScriptReader.maxDepth + beyond
    let text = String(repeating: "`${", count: depth) + "a" + String(repeating: "}`", count: depth) + "  + b"
    #expect((script(text) != text) == isRead)
  }

  @Test(arguments: [
    ("a ,\n b > c { x : 1px 2px ; } /* d */\ne{y:0}", "a,b>c{x :1px 2px}e{y:0}"),
    ("a :hover b { content: \" /* { \" ; }", "a :hover b{content:\" /* { \"}"),
    (
      "@container main (min-width: 9px) { a { width: calc(1px + 2px) } }",
      "@container main (min-width:9px){a{width:calc(1px + 2px)}}"
    ),
    ("a /* b */ .c { }", "a .c{}"), ("a/* b */.c  { }", "a/* b */.c  { }"), ("a  { /* b", "a  { /* b"),
    ("a  { content: 'b", "a  { content: 'b"), ("a\\  b  c", "a\\  b c"), ("a \\", "a \\"), ("", ""),
  ])
  func sheetsKeepTheirRules(written: String, sent: String) {
    #expect(sheet(written) == sent)
  }

  private static let files = ConsoleFiles.all

  @Test func ownScriptsHaveTheirPieces() throws {
    for (name, source) in ReductionTests.files where name.hasSuffix(".js") {
      let sent = Reduction.script(source)
      #expect(sent.count < source.count, "\(name) is sent as it is written")
      #expect(Reduction.pieces(of: sent) == Reduction.pieces(of: source), "\(name)")
      #expect(ScriptToken.tokens(of: sent)?.contains { $0.kind == .comment } == false, "\(name)")
      #expect(Reduction.script(sent) == sent, "\(name)")
    }
  }

  @Test func ownSheetsHaveTheirRules() throws {
    for (name, source) in ReductionTests.files where name.hasSuffix(".css") {
      let sent = Reduction.sheet(source)
      // Outside of comments, of which none has a brace.
      let apart = String(decoding: source, as: UTF8.self).replacing(/\/\*[^{}]*?\*\//, with: "")
      func dense(_ text: String) -> String {
        text.filter { !$0.isWhitespace }.replacing(";}", with: "}")
      }
      #expect(dense(String(decoding: sent, as: UTF8.self)) == dense(apart), "\(name)")
      #expect(sent.count < source.count && Reduction.sheet(sent) == sent, "\(name)")
    }
  }

  /// Scripts of random pieces: they are sent with the same, or as they are; and wherever a file is cut off,
  /// nothing traps.
  @Test func anyScriptHasItsPieces() {
    let pieces = [
      "a", "in", "return", "if", "1", ".5", "2.", "'x y'", "`a ${ b } c`", "/ r /", "/", "(", ")", "{", "}",
      "[", "]", "+",
      "++", "-", "--", "=>", "=", "==", "?", "?.", ".", "...", ",", ";", "<", ">", "!", "//c\n", "/*c*/",
      "/*\n*/", "\n",
      " ", "é", "\\", "`", "'", "$", "*",
    ]
    var generator = SeededGenerator(seed: 23)
    var reduced = 0
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<Int.random(in: 1...14, using: &generator) {
        text += pieces.randomElement(using: &generator) ?? ""
        if Bool.random(using: &generator) { text += " " }
      }
      let source = Array(text.utf8)
      let sent = Reduction.script(source)
      if sent.count < source.count { reduced += 1 }
      guard let pieces = Reduction.pieces(of: source) else {
        #expect(sent == source)
        continue
      }
      #expect(Reduction.pieces(of: sent) == pieces, "\(text)")
      // Not because it was given up: no comment is left.
      #expect(ScriptToken.tokens(of: sent)?.contains { $0.kind == .comment } == false, "\(text)")
      _ = Reduction.sheet(source)
    }
    #expect(reduced > 5_000)
    let card = ReductionTests.files["card.js"] ?? []
    for end in stride(from: 0, to: card.count, by: 7) { _ = Reduction.script(Array(card[..<end])) }
  }
}
