import Bytes
import Predictions
import Testing

/// Paths of pages.
@Suite struct PagePathTests {
  private func prefixes(_ text: String) -> [UInt32] {
    // Inside of other bytes, so that reading beyond the slice shows.
    let bytes = Array("/x/y\(text)/z/9".utf8)
    return PagePath(ByteSlice(offset: 4, length: text.utf8.count), of: bytes).prefixes
  }

  @Test(arguments: [
    ("/shop/cart", "/shop/cart/"), ("/shop/cart", "/shop//cart"), ("/shop/cart", "/shop/cart?q=/a/b"),
    ("/shop/cart", "/shop/cart#top"), ("/shop/cart", "https://example.com/shop/cart"),
    ("/shop/cart", "app://shop.example/shop/cart?x"), ("/shop/cart", "shop/cart"),
    ("/item/12345", "/item/99999"), ("/item/12345", "/item/a1b2"), ("/a/b/c", "/a/b/c/d/e"),
    ("/item/12345", "/item/\(String(repeating: "x", count: 33))"), ("/", ""), ("/", "https://example.com"),
    ("/", "https://example.com/?a"),
  ])
  func areTheSame(one: String, other: String) { #expect(prefixes(one) == prefixes(other)) }

  @Test(arguments: [
    ("/shop", "/cart"), ("/shop/cart", "/shop/bag"), ("/item/12345", "/item/a1bc"), ("/ab/c", "/a/bc"),
    ("/", "/shop"), ("/item/1", "/item/\(String(repeating: "x", count: 32))"),
  ])
  func differ(one: String, other: String) { #expect(prefixes(one) != prefixes(other)) }

  @Test func haveThreePrefixesAtMost() {
    #expect(prefixes("/a").count == 1)
    #expect(prefixes("/a/b").count == 2)
    #expect(prefixes("/a/b/c").count == 3)
    #expect(prefixes("/a/b/c/d").count == 3)
    #expect(prefixes("/a/b/c").prefix(2) == prefixes("/a/b")[...])
  }
}
